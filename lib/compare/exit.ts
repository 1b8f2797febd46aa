/**
 * The exit code of a comparison. It answers "may this change go out?", by the same codes as a run.
 *
 * @module
 */
import { type ExitCode, exitCodes } from "../result/exit.ts";
import type { Comparison } from "./model.ts";

/** What of a comparison decides. */
export type Outcome = Pick<
  Comparison,
  "base" | "head" | "changes" | "run" | "cases" | "measures" | "unmeasured"
>;

/**
 * A stack that does not come up, a case that fails on the head and a gate that is exceeded are
 * findings. Where only words differ, nothing had to be run; elsewhere a comparison in which no case
 * was judged on both sides decides nothing, and is no pass.
 */
export function exitOf(outcome: Outcome, { interrupted }: { interrupted: boolean }): ExitCode {
  const { base, head, changes, run, cases, measures, unmeasured } = outcome;
  if (interrupted) return exitCodes.interrupted;
  if (head.down !== undefined) {
    // Where neither comes up it may be the machine.
    return base.down === undefined ? exitCodes.failed : exitCodes.error;
  }
  const courses = new Set(cases.map(({ course }) => course));
  if (courses.has("broke") || courses.has("fails")) return exitCodes.failed;
  if (measures.some(({ gate }) => gate?.verdict === "exceeded")) return exitCodes.failed;
  if (!run) return changes.length === 0 ? exitCodes.passed : exitCodes.nothingRun;
  if (run.stopped !== undefined || courses.has("undecided") || unmeasured.length > 0) {
    return exitCodes.error;
  }
  if (cases.length === 0) return exitCodes.nothingSelected;
  return courses.has("passes") || courses.has("mended") ? exitCodes.passed : exitCodes.nothingRun;
}
