/**
 * Sizes, durations and rates: judged as numbers, shown in the units people write.
 *
 * @module
 */
import type { Comparison } from "../scenario/model.ts";
import { formatSize } from "../sql/size.ts";
import { formatDuration } from "../time/duration.ts";
import { all, judge, type Judgement } from "./compare.ts";

/** What a number counts: bytes, milliseconds, or events per second. */
export type Quantity = "size" | "duration" | "rate";

/** The comparisons that make sense for a quantity. */
export const quantityWords = ["below", "above", "at_most", "at_least"] as const satisfies readonly (
  keyof Comparison
)[];

const shows: Record<Quantity, (value: number) => string> = {
  size: formatSize,
  duration: (ms) => ms === 0 ? "0ms" : formatDuration(ms),
  rate: (perSecond) => `${Number(perSecond.toFixed(1))}/s`,
};

/** `16MB`; with the exact number of bytes where rounding would hide some. */
export function showQuantity(quantity: Quantity, value: number): string {
  const text = shows[quantity](value);
  if (quantity !== "size" || value < 1024) return text;
  return exactly(text, value) ? text : `${text} (${value} bytes)`;
}

function exactly(text: string, bytes: number): boolean {
  const [, number, unit] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
  return Number(number) * 1024 ** ["B", "kB", "MB", "GB", "TB"].indexOf(unit ?? "") === bytes;
}

/** Judges a quantity; `expected` reads `below 16MB`. */
export function judgeQuantity(compare: Comparison, value: number, quantity: Quantity): Judgement {
  return judge(compare, value, (operand) => showQuantity(quantity, Number(operand)));
}

/**
 * Judges a quantity of which only the bounds are known, both included; undefined where the truth may
 * lie on either side of an operand.
 */
export function judgeBetween(
  compare: Comparison,
  bounds: { low: number; high: number },
  quantity: Quantity,
): Judgement {
  const words = quantityWords.filter((word) => compare[word] !== undefined);
  const results = words.map((word) => {
    const [low, high] = [bounds.low, bounds.high].map((value) =>
      Number.isFinite(value)
        ? judge({ [word]: compare[word] }, value).holds
        : word === "above" || word === "at_least"
    );
    return low === high ? low : undefined;
  });
  return { holds: all(results), expected: judgeQuantity(compare, bounds.low, quantity).expected };
}
