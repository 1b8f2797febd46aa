/**
 * How far one sample lies above another, by ranks: no shape of the distribution is assumed, and for
 * a few values the confidence is exact. Source: Hodges and Lehmann, "Estimates of location based on
 * rank tests" (1963); Mann and Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other" (1947), for the distribution of U.
 *
 * @module
 */

/** The middle value; of an even number of them, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** Every `after - before`, in order. */
function differencesOf(before: readonly number[], after: readonly number[]): number[] {
  return after.flatMap((now) => before.map((old) => now - old)).sort((a, b) => a - b);
}

/** By how much `after` is above `before`: the median of all differences. */
export function shift(before: readonly number[], after: readonly number[]): number {
  return median(differencesOf(before, after));
}

/** An interval, and the chance that it holds the true shift. */
export interface Interval {
  low: number;
  high: number;
  confidence: number;
}

/**
 * The narrowest interval for the shift that has at least this confidence; undefined when there are
 * too few values for any.
 */
export function shiftInterval(
  before: readonly number[],
  after: readonly number[],
  confidence: number,
): Interval | undefined {
  const chances = chancesOfU(before.length, after.length);
  let tail = 0;
  let found: Interval | undefined;
  const differences = differencesOf(before, after);
  for (let at = 0; at < differences.length / 2; at++) {
    // The chance that U is at most `at`, on each side.
    tail += chances[at]!;
    const reached = 1 - 2 * tail;
    if (reached < confidence) break;
    found = { low: differences[at]!, high: differences.at(-1 - at)!, confidence: reached };
  }
  return found;
}

/** How likely U is 0, 1, 2, ... for `m` and `n` values of one distribution. */
function chancesOfU(m: number, n: number): number[] {
  let row: number[][] = Array.from({ length: n + 1 }, () => [1]);
  for (let i = 1; i <= m; i++) {
    const next: number[][] = [[1]];
    for (let j = 1; j <= n; j++) {
      // The greatest value is one of the first sample, above all j of the other, or one of the other.
      const [with_, without] = [row[j]!, next[j - 1]!];
      next.push(Array.from(
        { length: i * j + 1 },
        (_, u) => (i * (with_[u - j] ?? 0) + j * (without[u] ?? 0)) / (i + j),
      ));
    }
    row = next;
  }
  return row[n]!;
}
