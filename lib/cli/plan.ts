/**
 * `verify --dry-run`: what would run, and what would not and why.
 *
 * @module
 */
import { exitCodes } from "../result/exit.ts";
import { caseHead } from "../run/head.ts";
import { lacking } from "../run/runner.ts";
import type { Case } from "../scenario/model.ts";
import type { Io } from "./io.ts";
import type { Targets } from "./targets.ts";

/** Prints the plan of a run. */
export function printPlan(
  cases: readonly Case[],
  on: { targets: Targets; allow: readonly string[] },
  io: Io,
): number {
  const { main, why } = on.targets;
  io.out(`target ${main.name}: ${main.description} (${why})\n`);
  for (const subject of cases) {
    const { id, scenario, combination } = subject;
    const reason = lacking(scenario, on.targets.of(subject), { allow: on.allow, combination });
    io.out(`\n${id}  ${scenario.name}\n`);
    if (reason !== undefined) io.out(`  would not run: ${reason}\n`);
    for (const { section, title, place } of caseHead(subject).steps) {
      const line = place.file ? `${place.file}:${place.line}` : String(place.line);
      io.out(`  ${section.padEnd(8)} ${line.padStart(4)}  ${title}\n`);
    }
  }
  return exitCodes.passed;
}
