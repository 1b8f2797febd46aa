/**
 * What must be the same on every server. The first node of the stack, its primary, is the measure.
 *
 * @module
 */
import type { Broken } from "./kind.ts";
import type { Sight } from "./sight.ts";

/** The nodes where a value is not the first node's: `has 7401, master has 7400`. */
export function unlike(
  sights: readonly Sight[],
  valueOf: (sight: Sight) => string | undefined,
  what = "",
): Broken[] {
  const [first, ...others] = sights;
  if (!first) return [];
  const due = valueOf(first);
  return others.flatMap((sight) => {
    const value = valueOf(sight);
    if (value === due) return [];
    const seen = `has ${what}${shown(value)}, ${first.node} has ${shown(due)}`;
    return [{ node: sight.node, seen }];
  });
}

function shown(value: string | undefined): string {
  return value === undefined ? "none" : value === "" ? "nothing" : value;
}
