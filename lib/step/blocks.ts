/**
 * `blocks`: a statement that must hang. It is watched from outside, cancelled afterwards, and its
 * connection is closed: its effect is unknown, as it would be to any client.
 *
 * @module
 */
import { describeSqlError, StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { Evidence } from "../result/event.ts";
import type { SqlStep } from "../scenario/model.ts";
import type { SqlError } from "../sql/session.ts";
import { formatDuration } from "../time/duration.ts";
import { sleep } from "../time/sleep.ts";
import { bindSaved } from "./answers.ts";

/**
 * Runs the statement and returns when it has hung long enough.
 * @throws {StepProblem} when it came to an end before.
 */
export async function expectBlocked(
  step: SqlStep,
  stage: Stage,
  signal: AbortSignal,
): Promise<Evidence[]> {
  const { text, parameters } = bindSaved(step.sql, stage);
  const evidence: Evidence[] = [];
  for (const node of await stage.roles.find(step.node, signal)) {
    const session = await stage.connect(node, { as: step.as, signal });
    const pid = (await session.query("select pg_backend_pid()", [], signal)).rows[0]![0] as number;
    const startedAt = performance.now();
    const ended = session.query(text, parameters, signal).then(
      (answer) => `it ended: ${answer.command} ${answer.rowCount}`,
      (error: SqlError) => `it failed: ${describeSqlError(error)}`,
    );
    const outcome = await Promise.race([
      ended,
      sleep(step.blocksMs!, signal).then(() => undefined),
    ]);
    if (outcome !== undefined) {
      await session.close();
      const after = formatDuration(performance.now() - startedAt);
      throw new StepProblem("failed", {
        code: "DidNotBlock",
        expected: `to hang for ${formatDuration(step.blocksMs!)} on ${node.name}`,
        seen: `${outcome} after ${after}`,
      });
    }
    const waiting = await stage.observer.ask(
      node,
      "select coalesce(wait_event_type || '/' || wait_event, 'nothing') from pg_stat_activity where pid = $1",
      [pid],
      signal,
    );
    await stage.observer.ask(node, "select pg_cancel_backend($1)", [pid], signal);
    await ended;
    await session.close();
    const seen = `hung for ${formatDuration(step.blocksMs!)}, waiting on ${waiting.rows[0]?.[0]}`;
    evidence.push({ kind: "query", node: node.name, text: seen });
  }
  return evidence;
}
