/**
 * How a step says that it did not pass. `failed`: an assertion about the stack was false. `error`:
 * pgproof could not decide.
 *
 * @module
 */
import { NodeError } from "../cluster/model.ts";
import { SelectionError } from "../cluster/roles.ts";
import { FaultError } from "../fault/kind.ts";
import { OperationError } from "../operation/kind.ts";
import type { Evidence, Problem } from "../result/event.ts";
import { describeCode } from "../sql/condition.ts";
import { SqlError } from "../sql/session.ts";
import { notesFrom } from "../trouble/in_log.ts";
import { DeadlineError } from "../time/deadline.ts";

/** Ends a step; the runner turns it into a verdict. */
export class StepProblem extends Error {
  override name = "StepProblem";
  readonly verdict: "failed" | "error";
  readonly problem: Problem;
  readonly evidence: Evidence[];

  constructor(
    verdict: "failed" | "error",
    problem: Omit<Problem, "notes"> & { notes?: string[] },
    evidence: Evidence[] = [],
  ) {
    super(`expected ${problem.expected}, saw ${problem.seen}`);
    this.verdict = verdict;
    this.problem = { notes: [], ...problem };
    this.evidence = evidence;
  }
}

/** The case was told to stop while the step ran: an interrupt, or a violated invariant. */
export class Stopped extends Error {
  override name = "Stopped";
}

/** `25006 (read_only_sql_transaction): cannot execute INSERT in a read-only transaction`. */
export function describeSqlError(error: SqlError): string {
  const detail = error.detail ? ` (${error.detail})` : "";
  return `${describeCode(error.code)}: ${error.message}${detail}`;
}

/** Turns whatever ended a step into a problem with a verdict. */
export function problemOf(error: unknown, expected: string): StepProblem {
  if (error instanceof StepProblem) return error;
  if (error instanceof SqlError) {
    const code = error.isAbsence ? "Unreachable" : "SqlError";
    return new StepProblem("failed", { code, expected, seen: describeSqlError(error) });
  }
  if (error instanceof DeadlineError) {
    return new StepProblem("failed", { code: "Deadline", expected, seen: error.message });
  }
  if (error instanceof NodeError) {
    const log = error.log.map((text) => ({
      kind: "log",
      text,
      ...(error.node ? { node: error.node } : {}),
    }));
    // A server that says no is a finding about the stack; anything else is our own trouble.
    const verdict = error.node ? "failed" : "error";
    const notes = notesFrom([...error.log, error.message]);
    return new StepProblem(
      verdict,
      { code: "NodeError", expected, seen: error.message, notes },
      log,
    );
  }
  if (error instanceof OperationError) {
    return new StepProblem("failed", { code: "OperationFailed", expected, seen: error.message });
  }
  if (error instanceof FaultError) {
    return new StepProblem("error", { code: "FaultDidNotBite", expected, seen: error.message });
  }
  if (error instanceof SelectionError) {
    return new StepProblem("error", { code: "NoSuchNode", expected, seen: error.message });
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const evidence = stack ? [{ kind: "error", text: stack }] : [];
  return new StepProblem(
    "error",
    { code: "Internal", expected, seen: `${name}: ${message}` },
    evidence,
  );
}
