import { deepEqual, equal } from "node:assert/strict";
import { joined, measureOf } from "./measure.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

Deno.test("measureOf() tells the middle and the tail, in any order of values", () => {
  const { values, ...told } = measureOf("lag", "ms", upTo(1000).reverse());
  deepEqual(told, {
    name: "lag",
    unit: "ms",
    n: 1000,
    median: 500,
    min: 1,
    max: 1000,
    p90: 900,
    p95: 950,
    p99: 990,
    p999: 999,
  });
  equal(values!.length, 1000);
});

Deno.test("measureOf() tells no percentile that too few values would make up", () => {
  deepEqual(Object.keys(measureOf("rto", "ms", [7])), [
    ...["name", "unit", "n", "median", "min", "max", "values"],
  ]);
  equal(measureOf("rto", "ms", upTo(9)).p90, undefined);
  equal(measureOf("rto", "ms", upTo(10)).p90, 9);
  equal(measureOf("rto", "ms", upTo(99)).p99, undefined);
});

Deno.test("joined() is the measure of all values, and of the worst verdict", () => {
  const limit = { limit: 10, bound: "below" as const };
  const one = { ...measureOf("rto", "ms", [1, 2, 3]), ...limit, verdict: "passed" as const };
  const other = { ...measureOf("rto", "ms", [40]), ...limit, verdict: "failed" as const };
  deepEqual(joined(one, other), {
    ...measureOf("rto", "ms", [1, 2, 3, 40]),
    ...limit,
    verdict: "failed",
  });
  equal(joined(other, one)!.verdict, "failed");
});

Deno.test("joined() keeps apart what was not judged alike, or has lost its values", () => {
  const one = { ...measureOf("rto", "ms", [1]), limit: 10 };
  equal(joined(one, { ...one, limit: 11 }), undefined);
  equal(joined(one, { ...one, unit: "bytes" }), undefined);
  equal(joined(one, { ...one, node: "replica1" }), undefined);
  const { values: _, ...bare } = one;
  equal(joined(one, bare), undefined);
});
