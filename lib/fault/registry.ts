/**
 * Every fault, by the word a scenario uses. One line each.
 *
 * @module
 */
import type { FaultKind } from "./kind.ts";

const kinds: readonly FaultKind[] = [];

/** By name. */
export const faults: ReadonlyMap<string, FaultKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
