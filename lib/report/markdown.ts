/**
 * Markdown for the comment on a pull request and for the summary of a CI job: what did not pass comes
 * first, then measures and claims; what would not fit is left out, the least important first.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";
import { isAsked, showLimit } from "./limit.ts";
import { formatDuration } from "../time/duration.ts";
import { causesOf, headline, placeOf, reasonLine } from "./causes.ts";
import { clip, oneLine } from "./clean.ts";
import { judgeControls } from "./controls/judge.ts";
import { excerptAround } from "./excerpt.ts";
import { showValue } from "./html/scale.ts";
import { code, escaped, fenced } from "./markdown_text.ts";
import { rerunCommand } from "./rerun.ts";
import { badCases } from "./run_case.ts";
import { tellEvidence } from "./story.ts";
import { endings, painter, totalsText } from "./words.ts";

/** A comment on GitHub may have 65,536 characters. */
const textMax = 60_000;

/** The result as Markdown; begins with a marker by which a comment is found again. */
export function renderMarkdown(result: Result): string {
  const bad = badCases(result);
  const blocks = [
    heading(result),
    table(bad),
    ...bad.map((subject) => details(result, subject)),
    measures(result.cases),
    claims(result),
    others(result.cases),
  ].filter((block) => block !== "");
  let [text, left] = ["", 0];
  for (const block of blocks) {
    if (left === 0 && text.length + block.length < textMax) text += `${block}\n\n`;
    else left++;
  }
  const cut = left > 0 ? `_${left} further sections are in report.html._\n` : "";
  return `${text.trimEnd()}\n${cut}`;
}

function heading({ run, totals }: Result): string {
  const time = run.ms === undefined ? "" : ` in ${formatDuration(run.ms)}`;
  const counts = totalsText(totals, painter(false));
  return [
    `<!-- pgproof:${run.stack.file.replaceAll("-->", "")} -->`,
    `## ${run.exit === 0 ? "✅" : "❌"} pgproof: ${endings[run.exit]}`,
    "",
    `${totals.cases} ${totals.cases === 1 ? "case" : "cases"}${
      counts === "" ? "" : `: ${counts}`
    }${time}. ` +
    `${code(run.stack.file)} on ${escaped(run.target.name)}, PostgreSQL ${
      escaped(run.postgres)
    }, seed ${run.seed}.`,
  ].join("\n");
}

function table(bad: readonly CaseResult[]): string {
  if (bad.length === 0) return "";
  const rows = bad.map((subject) => {
    const { file, line } = placeOf(subject);
    const what = clip(oneLine(reasonLine(headline(subject))), 400);
    return `| ${subject.verdict} | ${escaped(subject.name)} | ${code(`${file}:${line}`)} | ${
      escaped(what)
    } |`;
  });
  return ["| | Case | Line | What |", "|---|---|---|---|", ...rows].join("\n");
}

function details({ run }: Result, subject: CaseResult): string {
  const causes = causesOf(subject).flatMap((cause) => {
    const { problem, step, evidence } = cause;
    const place = step?.place;
    const excerpt = place && excerptAround(run, subject.file, place);
    return [
      `${step?.title ?? "outside any step"}`,
      ...(excerpt ?? []),
      `expected  ${problem.expected}`,
      `seen      ${problem.seen}`,
      ...problem.notes.map((note) => `          ${note}`),
      ...tellEvidence(evidence, { paint: painter(false), logLinesMax: 20 }),
      "",
    ];
  });
  return [
    `<details><summary>${escaped(`${subject.verdict}: ${subject.name}`)}</summary>`,
    "",
    fenced(causes.join("\n").trimEnd(), "text"),
    "",
    fenced(rerunCommand(run, subject), "sh"),
    "</details>",
  ].join("\n");
}

function measures(cases: readonly CaseResult[]): string {
  const rows = cases.flatMap(({ name, measures }) =>
    measures.filter(isAsked).map((each) => {
      const { node, unit, median, p95, p99, max, n } = each;
      const cells = [median, p95, p99, max].map((value) =>
        value === undefined ? "" : showValue(value, unit)
      );
      const what = `${node === undefined ? "" : `${node} `}${each.name}`;
      const limit = escaped(showLimit(each, showValue));
      return `| ${escaped(name)} | ${escaped(what)} | ${cells.join(" | ")} | ${n} | ${limit} |`;
    })
  );
  if (rows.length === 0) return "";
  return [
    "<details><summary>Measures</summary>",
    "",
    "| Case | Measure | Median | 95 % | 99 % | Highest | n | Limit |",
    "|---|---|--:|--:|--:|--:|--:|---|",
    ...rows,
    "</details>",
  ].join("\n");
}

function claims(result: Result): string {
  const judged = judgeControls(result).filter(({ catalogue }) => catalogue.id === "claim");
  const of = (status: string) => judged.filter((each) => each.status === status);
  const rows = [...of("not-satisfied"), ...of("satisfied")].map(({ control, status, why }) =>
    `| ${control.id} | ${escaped(control.title)} | ${status.replace("-", " ")} | ${escaped(why)} |`
  );
  const unseen = of("not-assessed").map(({ control }) => control.id);
  return [
    `<details><summary>Claims: ${of("satisfied").length} satisfied, ${
      of("not-satisfied").length
    } not, ${unseen.length} not assessed</summary>`,
    "",
    ...(rows.length > 0 ? ["| Claim | | Status | Why |", "|---|---|---|---|", ...rows, ""] : []),
    ...(unseen.length > 0 ? [`Not assessed in this run: ${unseen.join(", ")}.`] : []),
    "</details>",
  ].join("\n");
}

function others(cases: readonly CaseResult[]): string {
  const rows = cases.filter(({ verdict }) => verdict !== "failed" && verdict !== "error").map(
    ({ id, verdict, ms, reason }) =>
      `| ${verdict.replace("-", " ")} | ${code(id)} | ${
        reason === undefined ? formatDuration(ms) : escaped(reason)
      } |`,
  );
  if (rows.length === 0) return "";
  return [
    `<details><summary>All other cases</summary>`,
    "",
    "| | Case | |",
    "|---|---|---|",
    ...rows,
    "</details>",
  ].join("\n");
}
