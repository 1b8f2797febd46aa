/**
 * `verify --dry-run`: what would run, and what would not and why.
 *
 * @module
 */
import type { Target } from "../cluster/model.ts";
import { caseHead } from "../run/head.ts";
import { lacking } from "../run/runner.ts";
import type { Case } from "../scenario/model.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";

/** Prints the plan of a run. */
export function printPlan(cases: readonly Case[], target: Target, io: Io): number {
  io.out(`target ${target.name}: ${target.description}\n`);
  for (const subject of cases) {
    const reason = lacking(subject.scenario, target);
    io.out(`\n${subject.id}  ${subject.scenario.name}\n`);
    if (reason !== undefined) io.out(`  would not run: ${reason}\n`);
    for (const { section, title, place } of caseHead(subject).steps) {
      io.out(`  ${section.padEnd(8)} ${String(place.line).padStart(4)}  ${title}\n`);
    }
  }
  return exitCodes.passed;
}
