import { deepEqual, equal, match } from "node:assert/strict";
import type { Verdict } from "../result/event.ts";
import { foldEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { exitOf } from "./exit.ts";
import type { Comparison, Course } from "./model.ts";
import { caseChanges } from "./verdicts.ts";

/** A turn whose one case ended like this. */
function turn(verdict: Verdict): Result {
  const result = foldEvents(mixedRun());
  const subject = result.cases.find((each) => each.verdict === verdict) ?? result.cases[0]!;
  return { ...result, cases: [{ ...subject, id: "a", verdict }] };
}

function courseOf(base: Verdict[], head: Verdict[]): Course {
  return caseChanges(base.map(turn), head.map(turn))[0]!.course;
}

function exitCode(courses: Course[], more: Partial<Comparison> = {}): number {
  const cases = courses.map((course) => ({ course }) as Comparison["cases"][number]);
  const run = {} as unknown as NonNullable<Comparison["run"]>;
  const rest = { changes: [], measures: [], unmeasured: [], base: side, head: side, run };
  return exitOf({ ...rest, cases, ...more }, { interrupted: false });
}

const side = { name: "a", hash: "" };

Deno.test("caseChanges() takes the worst turn of each side", () => {
  const table: [Verdict[], Verdict[], Course][] = [
    [["passed", "passed"], ["passed", "passed"], "passes"],
    [["passed", "passed"], ["passed", "failed"], "broke"],
    [["passed", "failed"], ["failed", "failed"], "fails"],
    [["error"], ["failed"], "fails"],
    [["failed"], ["passed"], "mended"],
    [["passed"], ["error"], "undecided"],
    [["error"], ["passed"], "undecided"],
    [["passed"], ["not-run"], "undecided"],
    [["not-run"], ["passed"], "undecided"],
    [["not-run"], ["not-run"], "not-run"],
    [["passed"], ["waived"], "waived"],
    [["flaky"], ["flaky"], "passes"],
  ];
  for (const [base, head, course] of table) equal(courseOf(base, head), course, `${base} ${head}`);
});

Deno.test("caseChanges() never takes a side that was not seen for a pass", () => {
  equal(caseChanges([turn("passed")], [])[0]!.course, "undecided");
  equal(caseChanges([], [turn("passed")])[0]!.course, "undecided");
  // A stack that was tried and does not come up was seen.
  equal(caseChanges([], [turn("passed")], { isBaseDown: true })[0]!.course, "mended");
});

Deno.test("caseChanges() says why, by the first turn of the head that failed", () => {
  const [subject] = caseChanges([turn("passed")], [turn("passed"), turn("failed")]);
  equal(subject!.problem?.side, "head");
  match(subject!.problem!.text, /^expected .*, saw /);
  deepEqual([subject!.base.passed, subject!.head.passed, subject!.head.failed], [1, 1, 1]);
});

Deno.test("exitOf() fails for what fails on the head, and passes only for what was decided", () => {
  equal(exitCode(["passes", "mended"]), 0);
  equal(exitCode(["passes", "broke", "undecided"]), 1);
  equal(exitCode(["fails"]), 1);
  equal(exitCode(["passes", "undecided"]), 3);
  equal(exitCode([]), 4);
  equal(exitCode(["not-run", "waived"]), 5);
  equal(exitCode(["passes"], { unmeasured: ["outage"] }), 3);
});

Deno.test("exitOf() blames the head for not coming up only where the base does", () => {
  const down = { ...side, down: "no" };
  equal(exitCode([], { head: down }), 1);
  equal(exitCode([], { head: down, base: down }), 3);
});

Deno.test("exitOf() passes what was not run only where nothing changed", () => {
  const { run: _run, ...none } = { run: undefined, cases: [], measures: [], unmeasured: [] };
  const outcome = { ...none, base: side, head: side };
  equal(exitOf({ ...outcome, changes: [] }, { interrupted: false }), 0);
  const changes = [{ kind: "setting" as const, what: "port", nodes: [] }];
  equal(exitOf({ ...outcome, changes }, { interrupted: false }), 5);
});
