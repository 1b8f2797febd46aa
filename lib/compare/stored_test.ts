import { deepEqual, equal } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { incomparable } from "./fingerprint.ts";
import { compareStored } from "./stored.ts";

const settings = { master: { wal_keep_size: "64MB", "pg_hba.conf": "local all all trust" } };

/** A result whose one case measured these values in as many repetitions, and passed. */
function result(values: readonly number[], run: Partial<Result["run"]> = {}): Result {
  const whole = foldEvents(mixedRun());
  const passed = whole.cases.find(({ verdict }) => verdict === "passed")!;
  const cases = values.map((median, index) => ({
    ...passed,
    id: index === 0 ? "a.yaml" : `a.yaml#${index + 1}`,
    measures: [{ name: "outage", unit: "ms" as const, n: 1, median, min: median, max: median }],
  }));
  const stack = { ...whole.run.stack, settings };
  const ended = { complete: true, interrupted: false };
  return { ...whole, problems: [], run: { ...whole.run, ...ended, stack, ...run }, cases };
}

const base = [1000, 1010, 1020, 1030, 1040];
const gate = { name: "outage", tolerance: 0.25, floor: 100, unit: "ms" as const };

Deno.test("compareStored() takes the repetitions of a case for its turns", () => {
  const stored = (values: number[]) => ({ name: "result.json", result: result(values) });
  const { cases, measures, exit } = compareStored(stored(base), stored(base), [gate]);
  deepEqual(cases.map(({ id, course, head }) => [id, course, head.passed]), [
    ["a.yaml", "passes", 5],
  ]);
  deepEqual([measures[0]!.base.n, measures[0]!.gate?.verdict, exit], [5, "within", 0]);
  const worse = compareStored(stored(base), stored(base.map((ms) => ms + 900)), [gate]);
  deepEqual([worse.measures[0]!.gate?.verdict, worse.exit], ["exceeded", 1]);
});

Deno.test("incomparable() is silent about another seed, another comment and other times", () => {
  const { stack } = result(base).run;
  const other = { seed: 99, stack: { ...stack, hash: "of another comment" } };
  deepEqual(incomparable(result(base), result([5000], other)), []);
});

Deno.test("incomparable() says in words what is not the same", () => {
  const first = result(base);
  const { runtime, stack, sources = {} } = first.run;
  const table: [Partial<Result["run"]>, string[]][] = [
    [{ postgres: "17.1" }, [`PostgreSQL is 17.1, in the baseline ${first.run.postgres}`]],
    [{ runtime: { ...runtime, cores: 64 } }, [`cores is 64, in the baseline ${runtime.cores}`]],
    [
      { target: { ...first.run.target, name: "compose" } },
      [`target is compose, in the baseline ${first.run.target.name}`],
    ],
    [
      { stack: { ...stack, settings: { master: { ...settings.master, wal_keep_size: "0" } } } },
      ["wal_keep_size of master is 0, in the baseline 64MB"],
    ],
    [{ stack: { ...stack, settings: {} } }, ["master is in one of the stacks only"]],
    [{ sources: { ...sources, "new.yaml": "scenario: New" } }, ["new.yaml is not in the baseline"]],
    [{ complete: false }, ["the result is of a run that did not end"]],
  ];
  for (const [run, words] of table) deepEqual(incomparable(first, result(base, run)), words);
});

Deno.test("incomparable() refuses a result that does not know its settings", () => {
  const first = result(base);
  const { settings: _settings, ...stack } = first.run.stack;
  equal(incomparable(result(base, { stack }), first).length, 1);
});
