/**
 * What can be said of a few samples from a machine that does other things meanwhile: medians and
 * ranks, no means. Nothing here assumes a distribution.
 *
 * @module
 */

/** Samples in short. */
export interface Summary {
  n: number;
  median: number;
  min: number;
  max: number;
  /** Width of the middle half, as a share of the median: what the machine's own unrest does. */
  spread: number;
}

/** The value below which a share of the sorted samples lies, between neighbours if need be. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (place - low);
}

/**
 * Summarises samples.
 * @throws {RangeError} when there are none.
 */
export function summarise(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError("Cannot summarise: there are no samples");
  const sorted = samples.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const width = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return {
    n: sorted.length,
    median,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    spread: width === 0 ? 0 : width / median,
  };
}

/** How sure an interval of the median is to hold it. */
const confidence = 0.95;

/**
 * An interval that holds the median of what the samples were drawn from, with a confidence of 95 %:
 * the k-th smallest to the k-th largest, where k follows from the binomial distribution. Undefined
 * for fewer than six samples, which cannot say so much.
 */
export function medianInterval(samples: readonly number[]): [number, number] | undefined {
  const n = samples.length;
  const sorted = samples.toSorted((a, b) => a - b);
  let chance = 0.5 ** n;
  let outside = 0;
  let k = 0;
  // Each turn adds the chance that exactly k samples lie below the median.
  while (2 * (outside + chance) <= 1 - confidence) {
    outside += chance;
    chance *= (n - k) / (k + 1);
    k++;
  }
  return k === 0 ? undefined : [sorted[k - 1]!, sorted[n - k]!];
}

/** Two series that were measured in turns. */
export interface Comparison {
  /** Of the medians: subject by floor. */
  ratio: number;
  /** Of the ratios within each round, from which the machine's slow moods cancel out. */
  pairs: Summary;
  /** Holds the median of `pairs`; undefined when there were too few rounds. */
  interval: [number, number] | undefined;
}

/**
 * Compares series of equal length, round by round.
 * @throws {RangeError} when they are empty or unequal in length.
 */
export function compare(subject: readonly number[], floor: readonly number[]): Comparison {
  if (subject.length !== floor.length) {
    throw new RangeError(`Cannot compare ${subject.length} samples with ${floor.length}`);
  }
  const pairs = subject.map((value, index) => value / floor[index]!);
  return {
    ratio: summarise(subject).median / summarise(floor).median,
    pairs: summarise(pairs),
    interval: medianInterval(pairs),
  };
}

/** Above this spread of the floor the machine was busy with other things. */
export const noisySpread = 0.25;

/**
 * Whether a ratio is what it should be: `reached` and `missed` only where the whole interval is on
 * one side; else `few` rounds, `noisy` when the floor itself was unsteady, or `close`.
 */
export type Outcome = "reached" | "missed" | "few" | "noisy" | "close";

/** Judges a comparison against the ratio to reach. */
export function judge(
  { interval }: Comparison,
  floor: Summary,
  goal: { reach: number; better: "lower" | "higher" },
): Outcome {
  const { reach, better } = goal;
  if (!interval) return "few";
  const [low, high] = interval;
  if (better === "lower" ? high <= reach : low >= reach) return "reached";
  if (better === "lower" ? low > reach : high < reach) return "missed";
  return floor.spread > noisySpread ? "noisy" : "close";
}
