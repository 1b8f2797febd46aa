/**
 * The exit code of a run. It answers one question, "may this stack go out?", so the strongest answer
 * wins: a failure is a finding about the stack whatever else could not be decided, an error says
 * that pgproof cannot tell, and a run without a single pass is no pass.
 *
 * @module
 */
import type { Result } from "./model.ts";

/** The codes of a finished run; 2, for wrong arguments or files, is given before one begins. */
export const exitCodes = {
  passed: 0,
  failed: 1,
  error: 3,
  nothingSelected: 4,
  nothingRun: 5,
  interrupted: 130,
} as const;

/** One of the codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What of a result decides. */
export interface Outcome extends Pick<Result, "totals" | "problems"> {
  run: Pick<Result["run"], "complete" | "interrupted">;
}

/**
 * An interrupt comes first: the caller asked for it, and the totals are those of a part. A flaky
 * case counts as passed, a waived one as not judged. A run that never ended is an error.
 */
export function exitCodeOf({ run, totals, problems }: Outcome): ExitCode {
  if (run.interrupted) return exitCodes.interrupted;
  if (totals.failed > 0) return exitCodes.failed;
  if (totals.error > 0 || problems.length > 0 || !run.complete) return exitCodes.error;
  if (totals.cases === 0) return exitCodes.nothingSelected;
  if (totals.passed + totals.flaky === 0) return exitCodes.nothingRun;
  return exitCodes.passed;
}
