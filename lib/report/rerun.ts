/**
 * The command that runs a case again as it was run.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";

/** Options of the run that decide what a case meets. */
const kept = ["--stack", "--target", "--postgres", "--time-scale"];

/** `deno task verify scenarios/x.yaml --seed 42 --matrix how=kill`. */
export function rerunCommand(run: Result["run"], subject: CaseResult): string {
  const matrix = Object.entries(subject.combination).flatMap(([name, value]) => [
    "--matrix",
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  ]);
  const words = [subject.file, "--seed", String(run.seed), ...matrix, ...given(run.argv)];
  return ["deno task verify", ...words.map(quoted)].join(" ");
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
