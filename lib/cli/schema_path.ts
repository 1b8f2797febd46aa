/**
 * How a scenario file names the JSON Schema for editors.
 *
 * @module
 */
import { dirname, relative, resolve, sep } from "node:path";
import { projectPath } from "../docs/sample.ts";

/** The path of the shipped schema, relative to the folder of a scenario file. */
export function schemaPathFor(file: string): string {
  const path = relative(dirname(resolve(file)), projectPath("schema/scenario.schema.json"));
  return path.split(sep).join("/");
}
