/**
 * `list`: the cases that a selection holds, what they are evidence for, and how they ended last time.
 *
 * @module
 */
import { join } from "node:path";
import type { Verdict } from "../result/event.ts";
import type { Result } from "../result/model.ts";
import type { Case } from "../scenario/model.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";
import { readResult } from "./report.ts";
import { select, type SelectionOptions } from "./selection.ts";

/** The options of `list`. */
export interface ListOptions extends SelectionOptions {
  /** Folder that holds `result.json` of the last run. Default: reports. */
  out?: string | undefined;
  /** For programs. */
  json?: boolean | undefined;
}

/** Lists cases; nothing is run. */
export async function list(
  paths: readonly string[],
  options: ListOptions,
  io: Io,
): Promise<number> {
  const { cases } = await select(paths, options, io);
  const last = await lastVerdicts(join(options.out ?? "reports", "result.json"));
  if (!options.json) return printCases(cases, io, last);
  const heads = cases.map(({ id, scenario, combination }) => ({
    id,
    file: scenario.file,
    line: scenario.place.line,
    name: scenario.name,
    why: scenario.why ?? null,
    tags: scenario.tags,
    controls: scenario.controls,
    requires: scenario.requires,
    combination,
    last: last.get(id) ?? null,
  }));
  io.out(`${JSON.stringify(heads, null, 2)}\n`);
  return cases.length > 0 ? exitCodes.passed : exitCodes.nothingSelected;
}

/** How each case ended in the last run; none when there is no result. */
async function lastVerdicts(path: string): Promise<Map<string, Verdict>> {
  const result: Result | undefined = await readResult(path).catch(() => undefined);
  return new Map(result?.cases.map(({ id, verdict }) => [id, verdict]));
}

/** One line per case: id, last verdict, name, tags, claims, requirements. */
export function printCases(
  cases: readonly Case[],
  io: Io,
  last: ReadonlyMap<string, Verdict> = new Map(),
): number {
  const width = Math.max(0, ...cases.map(({ id }) => id.length));
  const verdictWidth = Math.max(0, ...cases.map(({ id }) => last.get(id)?.length ?? 0));
  for (const { id, scenario } of cases) {
    const { name, tags, controls, requires } = scenario;
    const more = [
      ...(tags.length > 0 ? [`[${tags.join(" ")}]`] : []),
      ...(controls.length > 0 ? [`(${controls.join(" ")})`] : []),
      ...(requires.length > 0 ? [`needs ${requires.join(", ")}`] : []),
    ];
    const verdict = verdictWidth > 0 ? `${(last.get(id) ?? "").padEnd(verdictWidth)}  ` : "";
    io.out(`${id.padEnd(width)}  ${verdict}${[name, ...more].join("  ")}\n`);
  }
  if (cases.length > 0) return exitCodes.passed;
  io.err("error: nothing is selected\n");
  return exitCodes.nothingSelected;
}
