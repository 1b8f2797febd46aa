/**
 * Passwords of either stack taken out of a comparison before anything of it leaves.
 *
 * @module
 */
import { masker } from "../result/mask.ts";
import type { Comparison } from "./model.ts";

/** Fields whose values are words of the format. */
const closed = ["schema", "side", "kind", "unit", "course", "verdict", "hash", "commit"];

/** The comparison without the secrets. */
export function maskComparison(comparison: Comparison, secrets: readonly string[]): Comparison {
  return masker(secrets, { closed, open: [] })(comparison);
}
