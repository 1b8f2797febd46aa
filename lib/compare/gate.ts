/**
 * Relative gates: how much worse than the base a measure of the head may be. Asked for by name, with
 * a floor below which no difference matters, and three-valued.
 *
 * @module
 */
import type { Measure } from "../result/event.ts";
import { showValue } from "../report/html/scale.ts";
import type { MeasureChange } from "./model.ts";
import { median, shiftInterval } from "./ranks.ts";

/** Values that a side needs for a gate to decide. */
export const valuesMin = 5;
/** The chance that all gates of a comparison together are right; each gets its part of the rest. */
const confidenceOfAll = 0.95;

/** A gate as it was asked for. */
export interface Gate {
  /** Name of the measure. */
  name: string;
  /** How much worse is allowed, as a part of the base's median. */
  tolerance: number;
  /** What never matters, in milliseconds, bytes, or as a number. */
  floor: number;
  /** The unit that the floor was given in; absent: a plain number. */
  unit?: "ms" | "bytes";
}

/** Where higher is better. */
function isBetterHigh(unit: Measure["unit"]): boolean {
  return unit === "per_second";
}

/** Judges the values of one measure; `gates` is how many are judged in all. */
export function judge(
  gate: Gate,
  values: { base: readonly number[]; head: readonly number[]; unit: Measure["unit"] },
  gates: number,
): NonNullable<MeasureChange["gate"]> {
  const { base, head, unit } = values;
  const sign = isBetterHigh(unit) ? -1 : 1;
  const [before, after] = [base, head].map((each) => each.map((value) => sign * value));
  const allowed = Math.max(gate.tolerance * Math.abs(median(base)), gate.floor);
  const rule = `at most ${showValue(allowed, unit)} worse (${
    Number((gate.tolerance * 100).toFixed(1))
  }% of the base, no less than ${showValue(gate.floor, unit)})`;
  const n = Math.min(base.length, head.length);
  if (gate.unit !== undefined && gate.unit !== unit) {
    return { rule, verdict: "inconclusive", why: `the floor is not in its unit, ${unit}` };
  }
  if (n < valuesMin) {
    const why = `${n} values of a side do not decide, it takes ${valuesMin}`;
    return { rule, verdict: "inconclusive", why };
  }
  const confidence = 1 - (1 - confidenceOfAll) / gates;
  const interval = shiftInterval(before!, after!, confidence);
  const percent = `${Number((100 * confidence).toFixed(2))}%`;
  if (!interval) {
    const why = `${n} values of a side are too few for ${percent} confidence`;
    return { rule, verdict: "inconclusive", why };
  }
  const [low, high] = [interval.low, interval.high].map((value) => signed(value, unit));
  const why = `worse by ${low} to ${high} with ${percent} confidence`;
  const verdict = interval.low > allowed
    ? "exceeded"
    : interval.high <= allowed
    ? "within"
    : "inconclusive";
  return { rule, verdict, why };
}

/** `+3ms`, `-1.2 MB`. */
export function signed(value: number, unit: Measure["unit"]): string {
  return `${value < 0 ? "-" : "+"}${showValue(Math.abs(value), unit)}`;
}
