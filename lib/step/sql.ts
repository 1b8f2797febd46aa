/**
 * `sql`: runs once, on every node that is meant. It passes when it succeeds, or when it fails or
 * hangs exactly as the step expects.
 *
 * @module
 */
import { limits } from "../run/limits.ts";
import { describeSqlError, StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { SqlStep } from "../scenario/model.ts";
import { describeCode, sqlstateOf } from "../sql/condition.ts";
import { type Answer, SqlError } from "../sql/session.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { Evidence } from "../result/event.ts";
import { bindSaved, saveFrom, type Send, senders, timelineOf, walEnd } from "./answers.ts";
import { expectBlocked } from "./blocks.ts";
import { saidWith } from "./ending.ts";
import type { Performer } from "./kind.ts";

/** Performs `sql`. */
export const performSql: Performer<SqlStep> = async (step, play) => {
  const { stage, deadline, actor } = play;
  const ms = limits.stepMs * stage.timeScale + (step.blocksMs ?? 0);
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  if (step.blocksMs !== undefined) {
    return { evidence: await expectBlocked(step, play, own.signal) };
  }
  const eyes = { observer: actor, roles: stage.roles };
  const outer = deadline.signal;
  const targets = await senders(step, stage, { eyes, signal: own.signal });
  const evidence = await Promise.all(targets.map(async ({ node, send, close }) => {
    try {
      const text = step.error
        ? await refused(step, send, { stage, signal: own.signal, outer, node: node.name })
        : await performed(step, send, { stage, signal: own.signal, outer, node: node.name });
      return { kind: "query", node: node.name, text };
    } finally {
      await close();
    }
  }));
  return { evidence };
};

interface On {
  stage: Stage;
  signal: AbortSignal;
  /** Of what encloses the step: when it aborts, the step did not end by itself. */
  outer: AbortSignal;
  node: string;
}

async function performed(step: SqlStep, send: Send, on: On): Promise<string> {
  const { text, parameters } = bindSaved(step, on.stage);
  const answer = await send(text, parameters, on.signal).catch((error) => {
    throw failed(step, on, error);
  });
  const lsn = await walEnd(send, on.signal);
  if (lsn) on.stage.lastWrite = { lsn, node: on.node };
  saveFrom(step, on.stage, { answer, lsn, timeline: await timelineOf(step, send, on.signal) });
  const notices = saidWith(answer.notices);
  return `${answer.command} ${answer.rowCount}${lsn ? `, WAL ends at ${lsn}` : ""}${notices}`;
}

function failed(step: SqlStep, on: On, error: unknown): unknown {
  if (!(error instanceof SqlError) || on.outer.aborted) return error;
  const notes = position(step.sql, error);
  return new StepProblem("failed", {
    code: error.isAbsence ? "Unreachable" : "SqlError",
    expected: `${step.title} to succeed on ${on.node}`,
    seen: describeSqlError(error),
    notes,
  });
}

/** Points at the place in a statement that the server complains about. */
function position(sql: string, error: SqlError): string[] {
  if (!error.position) return [];
  return [`at: ${sql.slice(Math.max(0, error.position - 1)).split("\n")[0]}`];
}

async function refused(step: SqlStep, send: Send, on: On): Promise<string> {
  const { text, parameters } = bindSaved(step, on.stage);
  const expected = describeCode(sqlstateOf(step.error!) ?? step.error!);
  let answer: Answer;
  try {
    answer = await send(text, parameters, on.signal);
  } catch (error) {
    if (!(error instanceof SqlError) || on.outer.aborted) throw error;
    if (error.code === (sqlstateOf(step.error!) ?? step.error)) return describeSqlError(error);
    const seen = `${on.node}: ${describeSqlError(error)}`;
    throw new StepProblem("failed", {
      code: "OtherError",
      expected: `the error ${expected}`,
      seen,
    });
  }
  const seen = `${on.node} did it: ${answer.command} ${answer.rowCount}`;
  const evidence: Evidence[] = [{ kind: "query", node: on.node, text: step.sql }];
  throw new StepProblem(
    "failed",
    { code: "NoError", expected: `the error ${expected}`, seen },
    evidence,
  );
}
