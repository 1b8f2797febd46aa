/**
 * `blocks`: a statement that must hang. It is watched from outside. On a connection of its own it is
 * cancelled afterwards and its effect is unknown, as it would be to any client. In a named session
 * it is left running: whatever releases it is another step's business, and `end` with the session's
 * name waits for what becomes of it.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { StepProblem } from "../run/problem.ts";
import type { Evidence } from "../result/event.ts";
import type { SqlStep } from "../scenario/model.ts";
import type { Session } from "../sql/session.ts";
import { formatDuration } from "../time/duration.ts";
import { sleep } from "../time/sleep.ts";
import { bindSaved } from "./answers.ts";
import { type Ending, endingOf } from "./ending.ts";
import type { Play } from "./kind.ts";
import { pidOf, sessionOf } from "./sessions.ts";

/**
 * Runs the statement and returns when it has hung long enough.
 * @throws {StepProblem} when it came to an end before.
 */
export async function expectBlocked(
  step: SqlStep,
  play: Play,
  signal: AbortSignal,
): Promise<Evidence[]> {
  const { stage } = play;
  const { session } = step;
  if (session !== undefined) return await leaveRunning({ ...step, session }, play, signal);
  const evidence: Evidence[] = [];
  for (const node of await stage.roles.find(step.node, signal)) {
    const own = await stage.connect(node, { as: step.as, signal });
    try {
      const hanging = await hang(step, play, { node, session: own, signal, until: signal });
      await stage.observer.ask(node, "select pg_cancel_backend($1)", [hanging.pid], signal);
      await hanging.ending;
      evidence.push(hanging.evidence);
    } finally {
      await own.close();
    }
  }
  return evidence;
}

async function leaveRunning(
  step: SqlStep & { session: string },
  play: Play,
  signal: AbortSignal,
): Promise<Evidence[]> {
  const { stage, actor, deadline } = play;
  const eyes = { observer: actor, roles: stage.roles };
  const named = await sessionOf(step, stage, { eyes, signal });
  const { node, session } = named;
  if (named.running) {
    throw new StepProblem("error", {
      code: "SessionBusy",
      expected: `session "${step.session}" idle`,
      seen: "its last statement was left running",
    });
  }
  // It outlives the step.
  const until = deadline.signal;
  const { pid, ending, evidence } = await hang(step, play, { node, session, signal, until });
  named.running = { pid, ending };
  return [evidence];
}

/** Sends the statement and waits as long as it must hang. */
async function hang(
  step: SqlStep,
  { stage }: Play,
  on: { node: Node; session: Session; signal: AbortSignal; until: AbortSignal },
): Promise<{ pid: number; ending: Promise<Ending>; evidence: Evidence }> {
  const { node, session, signal } = on;
  const { text, parameters } = bindSaved(step, stage);
  const pid = await pidOf(session, signal);
  const startedAt = performance.now();
  const ending = endingOf(text, session.query(text, parameters, on.until));
  const early = await Promise.race([ending, sleep(step.blocksMs!, signal).then(() => undefined)]);
  if (early) {
    signal.throwIfAborted();
    const after = formatDuration(performance.now() - startedAt);
    throw new StepProblem("failed", {
      code: "DidNotBlock",
      expected: `to hang for ${formatDuration(step.blocksMs!)} on ${node.name}`,
      seen: `it ended after ${after}: ${early.text}`,
    });
  }
  const waiting = await stage.observer.ask(
    node,
    `select coalesce(wait_event_type || '/' || wait_event, 'nothing')
     from pg_stat_activity where pid = $1`,
    [pid],
    signal,
  );
  const seen = `hung for ${formatDuration(step.blocksMs!)}, waiting on ${waiting.rows[0]?.[0]}`;
  return { pid, ending, evidence: { kind: "query", node: node.name, text: seen } };
}
