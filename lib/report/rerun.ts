/**
 * The command that runs a case again as it was run.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";

/** Options of the run that decide what a case meets. */
const kept = ["--stack", "--overlay", "--target", "--postgres", "--time-scale"];

/** `deno task verify scenarios/x.yaml --seed 42 --matrix how=kill`. */
export function rerunCommand(run: Result["run"], subject: CaseResult): string {
  if (subject.file === run.stack.file) return runCommand(run);
  const matrix = Object.entries(subject.combination).flatMap(([name, value]) => [
    "--matrix",
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  ]);
  const words = [subject.file, "--seed", String(run.seed), ...matrix, ...given(run.argv)];
  return ["deno task verify", ...words.map(quoted)].join(" ");
}

/** What belongs to no scenario takes the whole run. */
function runCommand({ argv, seed }: Result["run"]): string {
  const words = argv[0] === "verify" ? argv.slice(1) : argv;
  const isSeeded = words.some((word) => word === "--seed" || word.startsWith("--seed="));
  const all = isSeeded ? words : [...words, "--seed", String(seed)];
  return ["deno task verify", ...all.map(quoted)].join(" ");
}

function given(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (kept.includes(word)) return [word, ...argv.slice(index + 1, index + 2)];
    return kept.some((option) => word.startsWith(`${option}=`)) ? [word] : [];
  });
}

/** As a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
