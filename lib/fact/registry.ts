/**
 * Every fact that `expect` can judge, by the word a scenario uses. One line each.
 *
 * @module
 */
import type { FactKind } from "./kind.ts";

const kinds: readonly FactKind[] = [];

/** By name. */
export const facts: ReadonlyMap<string, FactKind> = new Map(kinds.map((kind) => [kind.name, kind]));
