/**
 * What went wrong outside any case, as a case of its own: a format that knows only cases would
 * otherwise be silently green.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";

/** The cases, and one more for the run itself when something went wrong in it. */
export function casesWithRun(result: Result): readonly CaseResult[] {
  const { cases, problems, run } = result;
  const isCut = !run.complete;
  if (problems.length === 0 && !isCut) return cases;
  const expected = "the run to end";
  const cut = { code: "NeverEnded", expected, seen: "its events stop before", notes: [] };
  const own: CaseResult = {
    id: "the run itself",
    file: run.stack.file,
    line: 1,
    name: "the run itself",
    tags: [],
    controls: [],
    combination: {},
    seed: run.seed,
    verdict: "error",
    ms: 0,
    attempts: 1,
    problems: isCut ? [...problems, cut] : problems,
    steps: [],
    measures: [],
    timeline: [],
    evidence: [],
    notes: [],
  };
  return [...cases, own];
}

/** Those that did not pass, failures before errors. */
export function badCases(result: Result): CaseResult[] {
  const cases = casesWithRun(result);
  const of = (verdict: string) => cases.filter((each) => each.verdict === verdict);
  return [...of("failed"), ...of("error")];
}
