/**
 * Parts of a run for several machines, which all make the same parts from the same arguments.
 *
 * @module
 */
import type { Case } from "./model.ts";
import { OptionError } from "./option_error.ts";

/** One of so many parts; `index` from 1. */
export interface Shard {
  index: number;
  of: number;
}

/** Milliseconds that cases took, by id. */
export type Timings = ReadonlyMap<string, number>;

/**
 * The cases of a part, in their order. With timings the longest are dealt first, each to the part
 * with the least to do; without, one by one, so that the parts are of like size.
 * @throws {OptionError} for a part that does not exist.
 */
export function shardOf(cases: readonly Case[], { index, of }: Shard, timings?: Timings): Case[] {
  const isPart = Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of;
  if (!isPart) {
    throw new OptionError(`Cannot run shard ${index}/${of}: expected 1/${of} to ${of}/${of}`);
  }
  const parts = timings && timings.size > 0 ? dealt(cases, of, timings) : undefined;
  return cases.filter((_, position) => (parts?.[position] ?? position % of) === index - 1);
}

/** The part of each case. Greedy, longest first: at most a third longer than the best there is. */
function dealt(cases: readonly Case[], of: number, timings: Timings): number[] {
  const usual = median([...timings.values()]);
  const weights = cases.map(({ id }) =>
    timings.get(id) ?? timings.get(id.replace(/#\d+$/, "")) ?? usual
  );
  const order = weights.map((_, position) => position)
    .sort((a, b) => weights[b]! - weights[a]! || a - b);
  const loads = Array<number>(of).fill(0);
  const parts = Array<number>(cases.length);
  for (const position of order) {
    const part = loads.indexOf(Math.min(...loads));
    parts[position] = part;
    loads[part]! += weights[position]!;
  }
  return parts;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
