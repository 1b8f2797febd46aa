import { equal } from "node:assert/strict";
import { exitCodeOf } from "./exit.ts";
import { foldEvents, totalsOf } from "./fold.ts";
import type { Verdict } from "./event.ts";
import { mixedRun } from "./testdata/mixed_run.ts";

const table: [verdicts: Verdict[], code: number][] = [
  [["passed", "passed"], 0],
  [["passed", "not-run", "skipped", "waived"], 0],
  [["flaky"], 0],
  [["passed", "failed"], 1],
  [["failed", "error", "passed"], 1],
  [["passed", "error"], 3],
  [["error", "not-run"], 3],
  [[], 4],
  [["not-run"], 5],
  [["skipped", "waived", "not-run"], 5],
];

for (const [verdicts, code] of table) {
  Deno.test(`exitCodeOf() is ${code} for ${verdicts.join(", ") || "nothing selected"}`, () => {
    const totals = totalsOf(verdicts.map((verdict) => ({ verdict })));
    const outcome = { totals, problems: [], run: { complete: true, interrupted: false } };
    equal(exitCodeOf(outcome), code);
    equal(exitCodeOf({ ...outcome, run: { complete: true, interrupted: true } }), 130);
    const problems = [{ code: "UndoFailed", expected: "", seen: "", notes: [] }];
    const atLeast = verdicts.includes("failed") ? 1 : 3;
    equal(exitCodeOf({ ...outcome, problems }), atLeast);
    equal(exitCodeOf({ ...outcome, run: { complete: false } }), atLeast);
  });
}

Deno.test("exitCodeOf() agrees with a whole run", () => {
  equal(exitCodeOf(foldEvents(mixedRun())), 1);
  equal(foldEvents(mixedRun()).run.exit, 1);
  equal(foldEvents([]).run.exit, 3);
});
