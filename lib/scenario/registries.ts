/**
 * The kinds a scenario can name. Handed to the grammar, so that a test can bring its own.
 *
 * @module
 */
import type { FactKind } from "../fact/kind.ts";
import { facts } from "../fact/registry.ts";
import type { FaultKind } from "../fault/kind.ts";
import { faults } from "../fault/registry.ts";
import type { OperationKind } from "../operation/kind.ts";
import { operations } from "../operation/registry.ts";

/** Facts, faults and operations, by name. */
export interface Registries {
  facts: ReadonlyMap<string, FactKind>;
  faults: ReadonlyMap<string, FaultKind>;
  operations: ReadonlyMap<string, OperationKind>;
}

/** Those that ship. */
export const shipped: Registries = { facts, faults, operations };
