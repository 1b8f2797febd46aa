/**
 * A schedule of faults by chance: which, where, for how long, and how long nothing happens before it.
 * It depends on the numbers it is given and on nothing else, so a seed gives the same schedule again.
 * How far a run comes in it depends on how long its servers take.
 *
 * @module
 */

/** One fault of a schedule. */
export interface Draw {
  /** Which, by its place in the list. */
  fault: number;
  /** Where, as a part of one: of four nodes 0.3 is the second. */
  where: number;
  /** How long it is calm before, in milliseconds. */
  calmMs: number;
  /** How long it is held, in milliseconds. */
  holdMs: number;
}

/** Shortest and longest times, in milliseconds. */
const calm = [50, 800] as const;
const hold = [50, 1500] as const;

/** The faults of a schedule, without end; `count` is how many there are to choose from. */
export function* draws(random: () => number, count: number): Generator<Draw, never> {
  const between = ([least, most]: readonly [number, number]) =>
    Math.round(least + random() * (most - least));
  for (;;) {
    yield {
      fault: Math.floor(random() * count),
      where: random(),
      calmMs: between(calm),
      holdMs: between(hold),
    };
  }
}
