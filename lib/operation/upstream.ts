/**
 * The node that another one is to replicate from, and the proof that it does: it streams from
 * there, on that node's timeline, and has received what was there when it began.
 *
 * @module
 */
import { z } from "zod";
import type { LogMark, Node } from "../cluster/model.ts";
import { parseConninfo } from "../cluster/conninfo.ts";
import type { Scene } from "../run/scene.ts";
import { nodeName } from "../scenario/words.ts";
import { parseLsn } from "../sql/lsn.ts";
import { receivedSql } from "../sql/wal.ts";
import { troublesIn } from "../trouble/in_log.ts";
import { OperationError } from "./kind.ts";
import { type Position, positionOf } from "./position.ts";
import { mustRun, until } from "./wait.ts";

/** The adjective `of`. */
export const of: z.ZodOptional<typeof nodeName> = nodeName.optional()
  .describe("the node to replicate from; default the primary that answers now");

/**
 * The upstream a step names.
 * @throws {OperationError} when it is not one running node other than those that will follow it.
 */
export async function findUpstream(
  scene: Scene,
  followers: readonly Node[],
  options: { selector: string | undefined; signal: AbortSignal },
): Promise<Node> {
  const { selector, signal } = options;
  const found = selector === undefined
    ? await otherPrimary(scene, followers, signal)
    : await scene.roles.find(selector, signal);
  const [upstream] = found;
  if (!upstream || found.length > 1) {
    const which = found.map(({ name }) => name).join(", ") || "none";
    const wanted = selector ? `"${selector}"` : "a primary that answers";
    throw new OperationError(`Cannot follow ${wanted}: expected one node, found ${which}`);
  }
  if (followers.includes(upstream)) {
    throw new OperationError(`Cannot make ${upstream.name} follow itself`);
  }
  await mustRun(upstream, "follow");
  return upstream;
}

/** An old primary may still run as one: it is not meant when it is the one that is to follow. */
async function otherPrimary(scene: Scene, followers: readonly Node[], signal: AbortSignal) {
  const seen = await scene.roles.observe(signal);
  const primaries = [...seen].filter(([, role]) => role === "primary").map(([node]) => node);
  return primaries.length > 1 ? primaries.filter((node) => !followers.includes(node)) : primaries;
}

/**
 * Why a server will never catch up with the data it has, if its log says so: the cause and the line.
 */
export function hopelessIn(lines: readonly string[]): string | undefined {
  const found = troublesIn(lines).find(({ trouble }) => trouble.lasts === "ever");
  return found && `${found.trouble.cause}: ${found.line}`;
}

const receiverSql = `select status, sender_host, sender_port, received_tli,
  ${receivedSql}::text, current_setting('primary_conninfo') from pg_stat_wal_receiver`;

/**
 * Waits until a node streams from its upstream; returns where it is then.
 * @throws {OperationError} when it never will, or did not in time, with the server's own words.
 */
export async function proveFollows(
  scene: Scene,
  node: Node,
  options: { upstream: Node; mark: LogMark; signal: AbortSignal },
): Promise<Position> {
  const { upstream, mark, signal } = options;
  const goal = await positionOf(scene, upstream, signal);
  return await until(node, `follow ${upstream.name}`, {
    async look() {
      const seen = await receives(scene, node, { upstream, goal, signal });
      if (seen === undefined) return { done: await positionOf(scene, node, signal) };
      const lines = await node.readLog(mark);
      const why = hopelessIn(lines);
      if (why) throw new OperationError(`${node.name} cannot follow ${upstream.name}: ${why}`);
      const last = lines.findLast((line) => /FATAL|ERROR/.test(line));
      return { seen: last ? `${seen}; ${last}` : seen };
    },
    signal,
  });
}

/** Undefined when the node receives from there, else what it does instead. */
async function receives(
  scene: Scene,
  node: Node,
  options: { upstream: Node; goal: Position; signal: AbortSignal },
): Promise<string | undefined> {
  const { upstream, signal, goal } = options;
  const { rows } = await scene.observer.ask(node, receiverSql, [], signal);
  const [row] = rows as [string, string | null, number | null, number, string | null, string][];
  if (!row) return "it has no WAL receiver";
  const [status, host, port, timeline, lsn, conninfo] = row;
  if (status !== "streaming") return `its WAL receiver is ${status}`;
  const wanted = parseConninfo(conninfo);
  // While it still streams from the old one, the setting already names the new one.
  if (wanted?.get("host") !== host || Number(wanted?.get("port") ?? 5432) !== port) {
    return `it streams from ${host}:${port}`;
  }
  const current = await positionOf(scene, upstream, signal);
  if (current.timeline !== timeline) {
    return `it receives timeline ${timeline}, ${upstream.name} is on ${current.timeline}`;
  }
  if (lsn === null || parseLsn(lsn) < parseLsn(goal.lsn)) {
    return `it has received up to ${lsn}, ${upstream.name} was at ${goal.lsn}`;
  }
  return undefined;
}
