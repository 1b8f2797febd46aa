/**
 * `schema`: the JSON Schema of scenarios.
 *
 * @module
 */
import { scenarioJsonSchema } from "../scenario/json_schema.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";

/** Prints the schema. */
export function schema(io: Io): number {
  io.out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  return exitCodes.passed;
}
