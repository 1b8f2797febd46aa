/**
 * Every planned operation, by the word a scenario uses. One line each.
 *
 * @module
 */
import type { OperationKind } from "./kind.ts";

const kinds: readonly OperationKind[] = [];

/** By name. */
export const operations: ReadonlyMap<string, OperationKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
