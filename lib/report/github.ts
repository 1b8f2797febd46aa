/**
 * GitHub: annotations on the line of the scenario that did not pass (commands to be printed by a
 * workflow step), and outputs for later steps.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";
import { headline, placeOf, reasonLine } from "./causes.ts";
import { oneLine } from "./clean.ts";
import { rerunCommand } from "./rerun.ts";
import { badCases } from "./run_case.ts";
import { endings } from "./words.ts";

/** A step shows 10 errors and 10 warnings; what is more is dropped without a word. */
const shownMax = 10;

/** Workflow commands, one line each; the last error says how many more there are. */
export function renderGithub(result: Result): string {
  const bad = badCases(result);
  const kept = bad.length > shownMax ? shownMax - 1 : shownMax;
  const left = bad.length - kept;
  const flaky = result.cases.filter(({ verdict }) => verdict === "flaky").slice(0, shownMax);
  const lines = [
    ...bad.slice(0, kept).map((subject) => annotation("error", result, subject)),
    ...(left > 0 ? [command("error", { title: "pgproof" }, `${left} more in the summary`)] : []),
    ...flaky.map((subject) => annotation("warning", result, subject)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function annotation(kind: "error" | "warning", result: Result, subject: CaseResult): string {
  const message = kind === "error"
    ? `${reasonLine(headline(subject))}\nrerun: ${rerunCommand(result.run, subject)}`
    : `passed on attempt ${subject.attempts}`;
  const title = oneLine(`${subject.verdict}: ${subject.name}`);
  return command(kind, { ...placeOf(subject), title }, message);
}

/**
 * `::error file=a,line=1::message`, escaped as the runner unescapes it:
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
function command(
  kind: string,
  properties: Record<string, string | number>,
  message: string,
): string {
  const written = Object.entries(properties).map(([key, value]) =>
    `${key}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`
  );
  return `::${kind} ${written.join(",")}::${escaped(message)}`;
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Lines for the file of `GITHUB_OUTPUT`. No text of servers is in it: a line end would be a new output. */
export function renderGithubOutput({ run, totals }: Result): string {
  const outputs = {
    status: endings[run.exit]!.toLowerCase().replaceAll(" ", "-"),
    exit: run.exit,
    ...totals,
    seed: run.seed,
  };
  return Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`).join("");
}
