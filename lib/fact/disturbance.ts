/**
 * What a scenario did to its cluster while a load ran. Without anything, an outage or a loss was not
 * to be expected, and not to have seen one shows nothing.
 *
 * @module
 */
import type { RunningLoad } from "../load/model.ts";
import type { Disturbance, Scene } from "../run/scene.ts";

/**
 * Faults and planned operations that lasted `while` the load ran, or at any time `since` it began:
 * what is done after its end can still lose what it wrote.
 */
export function disturbancesOf(
  { disturbances }: Scene,
  { startedAt, endedAt }: RunningLoad,
  when: "while" | "since",
): Disturbance[] {
  const end = when === "while" ? endedAt ?? Infinity : Infinity;
  return disturbances.filter(({ from, to }) => from <= end && (to ?? Infinity) >= startedAt);
}

/** When it had its effect: a fault is proven at its beginning, an operation at its end. */
export function settledAt({ kind, from, to }: Disturbance): number {
  return kind === "fault" ? from : to ?? Infinity;
}
