/**
 * `lint`: reads scenarios and says what is wrong with them; runs nothing.
 *
 * @module
 */
import { findScenarios, readScenarios } from "../scenario/files.ts";
import { readStack } from "../stack/read.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";

/** Checks files. */
export async function lint(
  paths: readonly string[],
  options: { stack: string },
  io: Io,
): Promise<number> {
  const stack = await readStack(options.stack);
  const files = await findScenarios([...paths]);
  const scenarios = await readScenarios(files, { nodes: stack.nodes.map((node) => node.name) });
  io.out(`${scenarios.length} scenarios are well-formed\n`);
  return exitCodes.passed;
}
