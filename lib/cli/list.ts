/**
 * `list`: the cases that a selection holds.
 *
 * @module
 */
import type { Case } from "../scenario/model.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";
import { select, type SelectionOptions } from "./selection.ts";

/** Lists cases; nothing is run. */
export async function list(
  paths: readonly string[],
  options: SelectionOptions,
  io: Io,
): Promise<number> {
  const { cases } = await select(paths, options, io);
  return printCases(cases, io);
}

/** One line per case: id, name, tags. */
export function printCases(cases: readonly Case[], io: Io): number {
  const width = Math.max(0, ...cases.map(({ id }) => id.length));
  for (const { id, scenario } of cases) {
    const tags = scenario.tags.length > 0 ? `  [${scenario.tags.join(" ")}]` : "";
    io.out(`${id.padEnd(width)}  ${scenario.name}${tags}\n`);
  }
  if (cases.length > 0) return exitCodes.passed;
  io.err("error: nothing is selected\n");
  return exitCodes.nothingSelected;
}
