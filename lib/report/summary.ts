/**
 * What is printed when a run has ended: what did not run and why, then errors, then failures, each
 * with what was expected, what was seen, the line of the scenario and how to run it again; last one
 * plain line that says how the run ended.
 *
 * @module
 */
import { exitCodeOf, exitCodes } from "../result/exit.ts";
import type { CaseResult, Result } from "../result/model.ts";
import { excerptOf } from "../scenario/diagnostic.ts";
import { formatDuration } from "../time/duration.ts";
import { type Cause, causesOf, problemLine } from "./causes.ts";
import { clip, oneLine } from "./clean.ts";
import { rerunCommand } from "./rerun.ts";
import { labelled, tellCause, tellEvidence } from "./story.ts";
import { endings, type Paint, painter, totalsText, verdictColumn } from "./words.ts";

/** How to sum up. */
export interface SummaryOptions {
  /** Text of the scenario files, by path, for the excerpts. */
  sources: ReadonlyMap<string, string>;
  color: boolean;
  /** Paths of the files that were written. */
  written?: readonly string[];
  /** Leaves out what passed or did not run. */
  quiet?: boolean;
  /** Shows more of the servers' logs, and notes. */
  verbose?: boolean;
}

/** Lines of each server's log in a failure. */
const logLinesMax = { normal: 10, verbose: 200 };

/** The summary, ending in a newline. */
export function formatSummary(result: Result, options: SummaryOptions): string {
  const paint = painter(options.color);
  const of = (...verdicts: string[]) =>
    result.cases.filter(({ verdict }) => verdicts.includes(verdict));
  const blocks = [
    ...(options.quiet ? [] : [mentions(of("skipped", "not-run", "waived", "flaky"), paint)]),
    ...outside(result, paint),
    ...of("error").map((subject) => block(result, subject, options)),
    ...of("failed").map((subject) => block(result, subject, options)),
    closing(result, options, paint),
  ];
  return blocks.filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join("\n")}\n`).join("");
}

/** Cases that a line is enough for. */
function mentions(cases: readonly CaseResult[], paint: Paint): string[] {
  return cases.map(({ id, verdict, reason, attempts, earlier }) => {
    const first = earlier?.[0]?.problems[0];
    const why = verdict === "flaky"
      ? `passed on attempt ${attempts}${first ? `, before: ${problemLine(first)}` : ""}`
      : reason ?? "no reason was given";
    return `${verdictColumn(verdict, paint)}${id}  ${clip(oneLine(why), 300)}`;
  });
}

/** What belongs to no case. */
function outside({ problems, notes, run }: Result, paint: Paint): string[][] {
  const cut = run.complete ? [] : [[
    `${
      verdictColumn("error", paint)
    }the run stopped before it ended: what follows is what is known`,
  ]];
  const told = problems.map(({ expected, seen, notes: more }) => [
    `${verdictColumn("error", paint)}outside any case`,
    ...labelled("expected", expected, paint),
    ...labelled("seen", seen, paint),
    ...more.flatMap((note) => labelled("", note, paint)),
  ]);
  return [notes.flatMap((note) => labelled("note", note, paint)), ...cut, ...told];
}

/** One case that did not pass. */
function block(result: Result, subject: CaseResult, options: SummaryOptions): string[] {
  const paint = painter(options.color);
  const max = options.verbose ? logLinesMax.verbose : logLinesMax.normal;
  const told = causesOf(subject).flatMap((cause, index) => {
    const excerpt = excerptFor(subject, cause, options, paint);
    const lines = tellCause(subject, cause, { paint, logLinesMax: max, excerpt });
    return index === 0 ? lines : ["", ...lines];
  });
  const notes = options.verbose ? subject.notes : [];
  return [
    `${verdictColumn(subject.verdict, paint)}${paint("bold", subject.id)}  ${
      oneLine(subject.name)
    }`,
    ...(subject.why === undefined ? [] : labelled("why", oneLine(subject.why), paint)),
    ...told,
    ...(subject.evidence.length > 0 ? ["at the end"] : []),
    ...tellEvidence(subject.evidence, { paint, logLinesMax: max }),
    ...notes.flatMap((note) => labelled("note", note, paint)),
    ...labelled("rerun", rerunCommand(result.run, subject), paint),
  ];
}

function excerptFor(
  { file }: CaseResult,
  { step }: Cause,
  { sources }: SummaryOptions,
  paint: Paint,
): string[] {
  const source = sources.get(file);
  if (!step || source === undefined) return [];
  return (excerptOf(step.place, source) ?? []).map((line) => `  ${paint("dim", line)}`);
}

function closing(result: Result, options: SummaryOptions, paint: Paint): string[] {
  const { run, totals } = result;
  const code = exitCodeOf(result);
  const word = paint(code === exitCodes.passed ? "green" : "red", endings[code]!);
  const counts = totalsText(totals, paint);
  const cases = `${totals.cases} ${totals.cases === 1 ? "case" : "cases"}`;
  const time = run.ms === undefined ? "" : ` in ${formatDuration(run.ms)}`;
  const written = options.written ?? [];
  return [
    `${word}  ${cases}${counts === "" ? "" : `: ${counts}`}${time}, seed ${run.seed}`,
    ...(written.length > 0 ? [`reports: ${written.join(", ")}`] : []),
  ];
}
