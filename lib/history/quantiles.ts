/**
 * Exact quantiles of a sample that is kept whole.
 *
 * @module
 */

/** Some quantiles of a sample, in the sample's unit. */
export interface Quantiles {
  n: number;
  median: number;
  p95: number;
  p99: number;
  max: number;
}

/** The quantiles that have a name. */
export const quantileShares = { median: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;

/** The name of a quantile. */
export type QuantileName = keyof typeof quantileShares;

/** The smallest value that `share` of all are at most (nearest rank); `sorted` must be, and not empty. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** All of them; undefined of nothing. */
export function quantilesOf(sample: ArrayLike<number>): Quantiles | undefined {
  if (sample.length === 0) return undefined;
  const sorted = Float64Array.from(sample).sort();
  const at = (name: QuantileName) => quantileOf(sorted, quantileShares[name]);
  return {
    n: sorted.length,
    median: at("median"),
    p95: at("p95"),
    p99: at("p99"),
    max: at("max"),
  };
}
