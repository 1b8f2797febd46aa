/**
 * The project's own stack and catalogue, on which everything is measured, wherever the benchmarks
 * are started from.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Stack } from "../lib/stack/model.ts";
import { readStack } from "../lib/stack/read.ts";

/** The project's directory. */
export const project = dirname(dirname(fileURLToPath(import.meta.url)));

/** One primary and three replicas. */
export function projectStack(): Promise<Stack> {
  return readStack(join(project, "compose.yaml"), { environment: {} });
}

/** A cluster as the stack says. */
export const asDeclared = { settings: {}, nodeSettings: {} };
