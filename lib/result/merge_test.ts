import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { foldEvents } from "./fold.ts";
import { MergeError, mergeResults } from "./merge.ts";
import type { Result } from "./model.ts";
import { anyRun } from "./testdata/any_run.ts";
import { mixedRun } from "./testdata/mixed_run.ts";

const whole = foldEvents(mixedRun());
const plan = whole.cases.map(({ id }) => id);

/** What each of several machines would have had of a run, the later ones begun later. */
function shards(result: Result, of: number): Result[] {
  const all = result.cases.map(({ id }) => id);
  return Array.from({ length: of }, (_, index) => {
    const startedAt = new Date(Date.UTC(2026, 0, 2) + index * 1000).toISOString();
    return {
      ...result,
      run: { ...result.run, startedAt, plan: all, runId: `part ${index}` },
      problems: index === 0 ? result.problems : [],
      notes: index === 0 ? result.notes : [],
      cases: result.cases.filter((_, place) => place % of === index),
    };
  });
}

Deno.test("mergeResults() of four shards has the totals, order and exit code of one run", () => {
  const merged = mergeResults(shards(whole, 4).reverse());
  deepEqual(merged.totals, whole.totals);
  deepEqual(merged.cases.map(({ id }) => id), plan);
  equal(merged.run.exit, whole.run.exit);
  deepEqual(merged.cases.map(({ verdict }) => verdict), whole.cases.map(({ verdict }) => verdict));
});

Deno.test("mergeResults() does so for any run and any number of shards", () => {
  fc.assert(fc.property(anyRun, fc.integer({ min: 1, max: 5 }), (events, of) => {
    const one = foldEvents(events);
    const merged = mergeResults(shards(one, of));
    deepEqual(merged.totals, one.totals);
    deepEqual(merged.cases.map(({ id }) => id), one.cases.map(({ id }) => id));
    equal(merged.run.exit, one.run.exit);
  }));
});

Deno.test("mergeResults() counts all times from the beginning of the first part", () => {
  const [, second] = shards(whole, 2);
  const late = second!.cases.find(({ startedAt }) => startedAt !== undefined)!;
  const merged = mergeResults(shards(whole, 2));
  const found = merged.cases.find(({ id }) => id === late.id)!;
  equal(found.startedAt, late.startedAt! + 1000);
  deepEqual(found.timeline.map(({ t }) => t), late.timeline.map(({ t }) => t + 1000));
});

Deno.test("mergeResults() is an error when a part is missing", () => {
  const passed = { ...whole, cases: whole.cases.filter(({ verdict }) => verdict === "passed") };
  const twice = [{ ...passed.cases[0]!, id: "other" }, passed.cases[0]!];
  const parts = shards({ ...passed, cases: twice, problems: [] }, 2);
  equal(mergeResults(parts).run.exit, 0);
  const merged = mergeResults(parts.slice(1));
  equal(merged.run.exit, 3);
  equal(merged.problems[0]!.code, "MissingCase");
});

Deno.test("mergeResults() refuses what does not belong together", () => {
  const [a, b] = shards(whole, 2) as [Result, Result];
  throws(() => mergeResults([]), MergeError);
  throws(() => mergeResults([a, a]), /is in more than one result/);
  const other = { ...b, run: { ...b.run, seed: 43 } };
  throws(() => mergeResults([a, other]), /differ in their seed: 42 and 43/);
  const changed = { ...b, run: { ...b.run, stack: { ...b.run.stack, hash: "bad" } } };
  throws(() => mergeResults([a, changed]), /differ in their stack/);
});
