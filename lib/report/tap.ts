/**
 * TAP 14 (https://testanything.org/tap-version-14-specification.html), for harnesses that read it.
 *
 * @module
 */
import { stringify } from "yaml";
import type { CaseResult, Result } from "../result/model.ts";
import { causesOf, placeOf } from "./causes.ts";
import { cleanText, oneLine } from "./clean.ts";
import { rerunCommand } from "./rerun.ts";
import { casesWithRun } from "./run_case.ts";

/** The result as TAP. */
export function renderTap(result: Result): string {
  const cases = casesWithRun(result);
  const points = cases.flatMap((subject, index) => point(result, subject, index + 1));
  return ["TAP version 14", `1..${cases.length}`, ...points].join("\n") + "\n";
}

function point({ run }: Result, subject: CaseResult, number: number): string[] {
  const { id, name, verdict, reason } = subject;
  const title = escaped(`${name} (${id})`);
  if (verdict === "passed" || verdict === "flaky") return [`ok ${number} - ${title}`];
  if (verdict !== "failed" && verdict !== "error") {
    return [`ok ${number} - ${title} # SKIP ${escaped(reason ?? verdict)}`];
  }
  const diagnostics = {
    verdict,
    at: placeOf(subject),
    problems: causesOf(subject).map(({ problem }) => ({
      code: problem.code,
      expected: cleanText(problem.expected),
      seen: cleanText(problem.seen),
      notes: problem.notes.map(cleanText),
    })),
    rerun: rerunCommand(run, subject),
  };
  const lines = stringify(diagnostics, { lineWidth: 0 }).trimEnd().split("\n");
  return [`not ok ${number} - ${title}`, "  ---", ...lines.map((line) => `  ${line}`), "  ..."];
}

function escaped(text: string): string {
  return oneLine(text).replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}
