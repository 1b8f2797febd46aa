/**
 * `schema`: the JSON Schema of scenarios, for editors. It is generated from the grammar by
 * `lib/docs/main.ts` and checked in; a test compares the two.
 *
 * @module
 */
import { projectPath } from "../docs/sample.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";

/** Prints the schema. */
export function schema(io: Io): number {
  io.out(Deno.readTextFileSync(projectPath("schema/scenario.schema.json")));
  return exitCodes.passed;
}
