/**
 * Axes: from values to places, and the round numbers to write beside them.
 *
 * @module
 */
import type { Measure } from "../../result/event.ts";
import { formatDuration } from "../../time/duration.ts";

/** Maps a range of values to a range of places. */
export function linear(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + (value - from) / span * (end - start);
}

/** Round values from 0 to at least `max`, about `count` of them; bytes are round in powers of 2. */
export function ticks(max: number, count: number, unit?: Measure["unit"]): number[] {
  const rough = (max || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = unit === "bytes"
    ? 2 ** Math.ceil(Math.log2(Math.max(1, rough)))
    : [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const steps = Math.ceil((max || 1) / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** A value with its unit, short: `1.2 s`, `16 MB`, `150/s`. */
export function showValue(value: number, unit: Measure["unit"]): string {
  if (unit === "ms") return value === 0 ? "0 s" : formatDuration(value);
  if (unit === "bytes") return showBytes(value);
  const number = value >= 1000 ? Math.round(value).toLocaleString("en") : trimmed(value);
  return unit === "per_second" ? `${number}/s` : number;
}

function showBytes(value: number): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log2(value) / 10));
  return `${trimmed(value / 1024 ** power)} ${names[power]}`;
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
