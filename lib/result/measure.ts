/**
 * From values to a measure: how many there are, their middle, their tail. A percentile is only told
 * when there are values enough beyond it, or it would be the maximum by another name.
 *
 * @module
 */
import type { Measure } from "./event.ts";

/** The percentiles that reports know, and how many values each needs: one beyond it. */
const percentiles = [
  ["p90", 0.9, 10],
  ["p95", 0.95, 20],
  ["p99", 0.99, 100],
  ["p999", 0.999, 1000],
] as const;

/** More values than this are not kept beside their summary. */
const valuesMax = 10_000;

/**
 * Values under a name, which keeps them, so that more can be added. Each percentile is one of the
 * values: the smallest that at least this share of them does not exceed.
 */
export function measureOf(
  name: string,
  unit: Measure["unit"],
  values: readonly number[],
): Measure {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const at = (share: number) => sorted[Math.max(0, Math.ceil(n * share) - 1)]!;
  const tail = percentiles.filter(([, , least]) => n >= least)
    .map(([word, share]) => [word, at(share)]);
  return {
    name,
    unit,
    n,
    median: at(0.5),
    min: sorted[0]!,
    max: sorted[n - 1]!,
    ...Object.fromEntries(tail),
    ...(n <= valuesMax ? { values: [...values] } : {}),
  };
}

/**
 * Two measures of one name as one, when both still have their values and were judged alike; else
 * undefined. A measure that failed once has failed.
 */
export function joined(one: Measure, other: Measure): Measure | undefined {
  const isAlike = one.name === other.name && one.unit === other.unit && one.node === other.node &&
    one.limit === other.limit && one.bound === other.bound;
  if (!isAlike || !one.values || !other.values) return undefined;
  const { n: _n, values: _values, ...rest } = one;
  const uncertainty = Math.max(one.uncertainty ?? 0, other.uncertainty ?? 0);
  const verdict = worse(one.verdict, other.verdict);
  return {
    ...rest,
    ...measureOf(one.name, one.unit, [...one.values, ...other.values]),
    ...(uncertainty > 0 ? { uncertainty } : {}),
    ...(verdict ? { verdict } : {}),
  };
}

function worse(one: Measure["verdict"], other: Measure["verdict"]): Measure["verdict"] {
  return (["failed", "error", "passed"] as const).find((each) => each === one || each === other);
}
