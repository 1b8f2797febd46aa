/**
 * How a step says that it did not pass. `failed`: an assertion about the stack was false. `error`:
 * pgproof could not decide.
 *
 * @module
 */
import type { Evidence, Problem } from "../result/event.ts";
import { describeCode } from "../sql/condition.ts";
import type { SqlError } from "../sql/session.ts";

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
