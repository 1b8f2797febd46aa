/**
 * What became of each case: the results of every turn of both sides, one against the other. Nothing
 * here is statistics: one failure of a side is a failure of it.
 *
 * @module
 */
import { causesOf, headline, placeOf, reasonLine } from "../report/causes.ts";
import type { CaseResult, Result } from "../result/model.ts";
import type { CaseChange, Course, Tally, Which } from "./model.ts";

/** Results of one side, in the order of its turns. */
export type Turns = readonly Result[];

/**
 * Every case of either side, in the order of the plan. `isBaseDown`: its stack does not come up, so
 * that no turn of it was run and everything fails on it.
 */
export function caseChanges(
  base: Turns,
  head: Turns,
  { isBaseDown = false }: { isBaseDown?: boolean } = {},
): CaseChange[] {
  const ids = new Set([...head, ...base].flatMap(({ cases }) => cases.map(({ id }) => id)));
  return [...ids].map((id) => {
    const [before, after] = [casesOf(base, id), casesOf(head, id)];
    const subject = after[0] ?? before[0]!;
    const tallies = { base: tallyOf(before), head: tallyOf(after) };
    const course = courseOf(isBaseDown ? "failed" : worst(tallies.base), worst(tallies.head));
    const problem = problemOf(after, "head") ?? problemOf(before, "base");
    const { file, name } = subject;
    return { id, file, name, course, ...tallies, ...(problem ? { problem } : {}), suspects: [] };
  });
}

function casesOf(turns: Turns, id: string): CaseResult[] {
  return turns.flatMap(({ cases }) => cases.filter((subject) => subject.id === id));
}

function tallyOf(cases: readonly CaseResult[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, error: 0, waived: 0, unrun: 0 };
  for (const { verdict } of cases) {
    if (verdict === "skipped" || verdict === "not-run") tally.unrun++;
    else tally[verdict === "flaky" ? "passed" : verdict]++;
  }
  return tally;
}

/** Of a side, the worst of its turns. A side without a turn was not seen: an error. */
function courseOf(before: keyof Tally, after: keyof Tally): Course {
  if (after === "failed") return before === "passed" ? "broke" : "fails";
  if (after === "waived") return "waived";
  if (after === "unrun" && before === "unrun") return "not-run";
  if (after !== "passed") return "undecided";
  if (before === "failed") return "mended";
  return before === "passed" ? "passes" : before === "waived" ? "mended" : "undecided";
}

function worst(tally: Tally): keyof Tally {
  const order = ["failed", "error", "waived", "unrun", "passed"] as const;
  return order.find((verdict) => tally[verdict] > 0) ?? "error";
}

function problemOf(cases: readonly CaseResult[], side: Which): CaseChange["problem"] {
  const worst = cases.find(({ verdict }) => verdict === "failed") ??
    cases.find(({ verdict }) => verdict === "error");
  if (!worst) {
    const unrun = cases.find(({ reason }) => reason !== undefined);
    if (!unrun) return undefined;
    return { side, file: unrun.file, line: unrun.line, step: "", text: unrun.reason! };
  }
  const step = causesOf(worst)[0]?.step?.title ?? "outside any step";
  return { side, ...placeOf(worst), step, text: reasonLine(headline(worst)) };
}
