/**
 * What all mutants come to: counts, the exit code, and the text for people. Pure.
 *
 * @module
 */
import { type Paint, painter, type Style } from "../report/words.ts";
import { type ExitCode, exitCodes } from "../result/exit.ts";
import { formatDuration } from "../time/duration.ts";
import type { MutantResult, MutationReport, Outcome } from "./model.ts";

/** How an outcome is shown, and whether it is as it should be. */
const outcomes: Readonly<Record<Outcome, { word: string; style: Style; isGood: boolean }>> = {
  killed: { word: "killed", style: "green", isGood: true },
  equivalent: { word: "equivalent", style: "green", isGood: true },
  "killed-otherwise": { word: "OTHERWISE", style: "red", isGood: false },
  survived: { word: "SURVIVED", style: "red", isGood: false },
  "false-alarm": { word: "FALSE ALARM", style: "red", isGood: false },
  invalid: { word: "INVALID", style: "magenta", isGood: false },
  "not-run": { word: "not run", style: "dim", isGood: true },
};

const outcomeNames = Object.keys(outcomes) as Outcome[];

/** How many mutants ended how. */
export function countOutcomes(results: readonly MutantResult[]): Record<Outcome, number> {
  const count = (name: Outcome) => results.filter(({ outcome }) => outcome === name).length;
  return Object.fromEntries(outcomeNames.map((name) => [name, count(name)])) as Record<
    Outcome,
    number
  >;
}

/**
 * 0: every mutant is as it should be. 1: one was not seen, or not for its reason, or an equivalent
 * was taken for a fault. 3: one could not be judged. 4, 5: none was there, none could run.
 */
export function exitOfMutation({ totals, mutants, interrupted }: MutationReport): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (totals.survived + totals["killed-otherwise"] + totals["false-alarm"] > 0) {
    return exitCodes.failed;
  }
  if (totals.invalid > 0) return exitCodes.error;
  if (mutants.length === 0) return exitCodes.nothingSelected;
  return totals.killed + totals.equivalent === 0 ? exitCodes.nothingRun : exitCodes.passed;
}

/** One mutant as it ended, a line or some. */
export function mutantLines(result: MutantResult, color: boolean): string {
  const paint = painter(color);
  const { word, style, isGood } = outcomes[result.outcome];
  const head = `${paint(style, word)}${" ".repeat(13 - word.length)}`;
  const lines = [`${head}${result.file}  ${result.name}  ${formatDuration(result.ms)}`];
  const more = (label: string, text: string) =>
    lines.push(`${" ".repeat(13)}${paint("dim", label.padEnd(9))}${text}`);
  if (!isGood) more("expected", expectation(result));
  if (!isGood || result.outcome === "not-run") more("seen", result.seen);
  if (!isGood && result.events !== undefined) more("events", result.events);
  for (const { case: id, check } of result.also ?? []) more("also", `${id}: ${check}`);
  return `${lines.join("\n")}\n`;
}

function expectation({ expected }: MutantResult): string {
  if (!expected) return "every scenario that it names passes";
  const { scenario, check, start, seen } = expected;
  if (start !== undefined) return `the stack does not come up: /${start}/`;
  const where = `${scenario} fails at "${check}"`;
  return seen === undefined ? where : `${where}, with /${seen}/`;
}

/** What is said last, in one line: how many of those to be killed were, for the reason expected. */
export function scoreLine(report: MutationReport, color: boolean): string {
  const { totals, ms, seed, mutants, elsewhere } = report;
  const paint: Paint = painter(color);
  const toKill = mutants.filter(({ expected, outcome }) => expected && outcome !== "not-run");
  const toPass = mutants.filter(({ expected, outcome }) => !expected && outcome !== "not-run");
  const isGood = exitOfMutation(report) === exitCodes.passed;
  const word = paint(isGood ? "green" : "red", isGood ? "PASSED" : "FAILED");
  const bad = outcomeNames.filter((name) => !outcomes[name].isGood && totals[name] > 0)
    .map((name) => `${totals[name]} ${name.replace("-", " ")}`);
  const parts = [
    `${totals.killed} of ${toKill.length} killed for the expected reason`,
    `${totals.equivalent} of ${toPass.length} equivalent ones green`,
    ...bad,
    ...(totals["not-run"] > 0 ? [`${totals["not-run"]} not run`] : []),
    ...(elsewhere.length > 0 ? [`${elsewhere.length} for other targets or overlays`] : []),
  ];
  return `${word}  ${parts.join(", ")} in ${formatDuration(ms)}, seed ${seed}\n`;
}
