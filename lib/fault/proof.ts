/**
 * What shows that a node is gone, or back.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { loginOf } from "../cluster/observer.ts";
import { Session, SqlError } from "../sql/session.ts";
import { sleep } from "../time/sleep.ts";
import { FaultError } from "./kind.ts";

/** How long a connection attempt may take before it counts as unanswered, in milliseconds. */
const attemptMs = 500;

/** How long a node that should answer may take for it, in milliseconds. */
const answersWithinMs = 5000;

/** Pause between two looks, in milliseconds. */
const lookMs = 20;

/** What becomes of a new connection now: undefined when it is answered, else why not. */
export async function refusal(node: Node, signal: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
  try {
    await (await Session.open(loginOf(node), limit)).close();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SqlError) return error.code;
    throw error;
  }
}

/**
 * As {@link refusal}, of a node that should answer: after a thaw or a start a busy machine may need
 * more than one attempt.
 */
export function lastRefusal(node: Node, signal: AbortSignal): Promise<string | undefined> {
  const isAnswer = (refused: string | undefined) => refused === undefined;
  return eventually(() => refusal(node, signal), isAnswer, { ms: answersWithinMs, signal });
}

/**
 * Makes sure that a fault has something to bite.
 * @throws {FaultError} when the node does not run.
 */
export async function mustRun(node: Node, fault: string): Promise<void> {
  const state = await node.state();
  if (state === "running") return;
  throw new FaultError(
    `Cannot ${fault} ${node.name}: it is ${state} already, nothing would change`,
  );
}

/**
 * Proves that a server is down.
 * @throws {FaultError} when it still runs or answers.
 */
export async function proveDown(node: Node, signal: AbortSignal): Promise<string> {
  const state = await node.state();
  const refused = await refusal(node, signal);
  if (state !== "stopped" || refused === undefined) {
    const seen = refused === undefined ? "it answers" : `it is ${state}`;
    throw new FaultError(`${node.name} should be down, but ${seen}`);
  }
  return `no process of ${node.name} is left, connections end with ${refused}`;
}

/** Starts a node that the scenario has not started itself, and proves that it answers. */
export async function bringBack(node: Node, signal: AbortSignal): Promise<string> {
  const already = await node.state() === "running";
  await node.start(signal);
  const refused = await lastRefusal(node, signal);
  if (refused !== undefined) {
    throw new FaultError(`${node.name} was started, but connections end with ${refused}`);
  }
  return already ? `${node.name} was started by the scenario` : `${node.name} runs and answers`;
}

/**
 * Looks until what it sees is as wanted, or the time is over; returns what it saw last.
 * @throws the signal's reason.
 */
export async function eventually<Seen>(
  look: () => Promise<Seen>,
  isWanted: (seen: Seen) => boolean,
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<Seen> {
  const until = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (isWanted(seen) || performance.now() > until) return seen;
    await sleep(lookMs, signal);
  }
}
