/**
 * `report.html`: one file with everything in it, that needs no server, no network and no JavaScript.
 * A content security policy that allows nothing from outside proves it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { exitCodes } from "../result/exit.ts";
import type { CaseResult, Result } from "../result/model.ts";
import { formatDuration } from "../time/duration.ts";
import { judgeControls } from "./controls/judge.ts";
import { caseSection } from "./html/case.ts";
import { badge } from "./html/steps.ts";
import { keyNumbers } from "./html/key_numbers.ts";
import { controlTable, countControls } from "./html/controls.ts";
import { hrefOf, Markup, markup } from "./html/markup.ts";
import { measuresOf } from "./html/measures.ts";
import { pageRooms } from "./html/room.ts";
import script from "./html/script.js" with { type: "text" };
import style from "./html/style.css" with { type: "text" };
import { showValue } from "./html/scale.ts";
import { headline, problemLine, reasonLine } from "./causes.ts";
import { endings, painter, totalsText } from "./words.ts";

/** So many failures fit onto a screen; those that were never begun say little. */
const firstMax = 12;

/** The report as a page. */
export function renderHtml(result: Result): string {
  const { run, cases } = result;
  const bad = [...of(cases, "failed"), ...of(cases, "error")];
  const rest = cases.filter((each) => !bad.includes(each))
    .toSorted((a, b) => rank(a.verdict) - rank(b.verdict));
  const rooms = pageRooms();
  const body = markup`${header(result)}<main>${problemsOutside(result)}${
    bad.length > 0
      ? markup`<h2 id="failures">What did not pass</h2>${
        bad.map((each) => caseSection(result, each, rooms))
      }`
      : undefined
  }<h2 id="cases">${
    bad.length > 0 ? "All other cases" : "Cases"
  } <span class="dim">${rest.length}</span></h2>${
    rest.map((each) => caseSection(result, each, rooms))
  }${section("measures", "Measures", measuresOf(cases))}${controls(result)}${facts(result)}</main>`;
  return page({ title: `${endings[run.exit]}: pgproof of ${run.stack.file}`, body, script });
}

/** What somebody has to know of comes before what passed, and that before what was not run. */
function rank(verdict: CaseResult["verdict"]): number {
  return ["waived", "flaky", "passed", "skipped", "not-run"].indexOf(verdict);
}

/** A whole page around a body, with this report's style. */
export function page(of: { title: string; body: Markup; script?: string }): string {
  const scripts = of.script === undefined ? "" : ` script-src '${hash(of.script)}';`;
  const policy = `default-src 'none'; style-src '${hash(style)}';${scripts} img-src data:; ` +
    "base-uri 'none'; form-action 'none'";
  return markup`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>${of.title}</title>
        <link rel="icon" href="data:,">
        <style>${new Markup(style)}</style>
      </head>
      <body>${of.body}${
    of.script === undefined ? undefined : markup`<script>${new Markup(of.script)}</script>`
  }</body>
    </html>
  `.text + "\n";
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function of(cases: readonly CaseResult[], verdict: string): CaseResult[] {
  return cases.filter((each) => each.verdict === verdict);
}

function header(result: Result): Markup {
  const { run, totals, cases } = result;
  const word = endings[run.exit]!;
  const counts = totalsText(totals, painter(false));
  const time = run.ms === undefined ? "" : ` in ${formatDuration(run.ms)}`;
  const bad = [...of(cases, "failed"), ...of(cases, "error")];
  const first = bad.filter(({ startedAt }) => startedAt !== undefined).slice(0, firstMax);
  const more = bad.length - first.length;
  const [, target] = /^(.*)$/.exec(run.target.description) ?? [];
  return markup`
    <header
      class="top ${
    run.exit === exitCodes.passed ? "passed" : "failed"
  }"><p class="brand">pgproof ${run.tool.version} · ${run.stack.file} on ${run.target.name} · PostgreSQL ${run.postgres} · ${
    run.startedAt.slice(0, 16).replace(
      "T",
      " ",
    )
  } UTC</p>
    <h1>${word}</h1><p class="counts">${totals.cases} ${totals.cases === 1 ? "case" : "cases"}${
    counts === "" ? "" : `: ${counts}`
  }${time}</p>${
    bad.length > 0
      ? markup`<ol class="first">${
        first.map((each) =>
          markup`<li>${badge(each.verdict)} <a href="${
            hrefOf("case", each.id)
          }">${each.name}</a><br><span>${reasonLine(headline(each))}</span></li>`
        )
      }${more > 0 ? markup`<li><a href="#failures">and ${more} more</a></li>` : undefined}</ol>`
      : undefined
  }${keyNumbers(result)}<p class="dim seed">${target} · seed ${run.seed} · stack ${
    run.stack.hash.slice(
      0,
      12,
    )
  }</p>
    <nav><a href="#cases">Cases</a> <a href="#measures">Measures</a> <a href="#controls">Claims and controls</a> <a href="#run">Run</a>
    <span id="tools" hidden><label>Filter <kbd>/</kbd> <input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="failed, lag, replica2 ..."></label> <output id="count"></output></span></nav></header>
  `;
}

/** What belongs to no case must not be overlooked. */
function problemsOutside({ problems, notes, run }: Result): Markup | undefined {
  if (problems.length === 0 && notes.length === 0 && run.complete) return undefined;
  return markup`
    <section class="cause error">
      <h4>Outside any case</h4>
      <ul>${
    run.complete
      ? undefined
      : markup`<li>The run stopped before it ended: what follows is what is known.</li>`
  }${
    problems
      .map((problem) => markup`<li>${problemLine(problem)}</li>`)
  }${notes.map((note) => markup`<li>${note}</li>`)}</ul>
    </section>
  `;
}

function section(id: string, title: string, inside: Markup | undefined): Markup {
  return markup`<h2 id="${id}">${title}</h2>${
    inside ?? markup`<p class="dim">None in this run.</p>`
  }`;
}

function controls(result: Result): Markup {
  const groups = [...Map.groupBy(judgeControls(result), ({ catalogue }) => catalogue)];
  return markup`
    <h2 id="controls">Claims and controls</h2><p
      class="dim">What this run evidences. It does not certify.
    What no case of this run tested is not assessed; that is not a pass.</p>${
    groups.map((
      [catalogue, judgements],
      index,
    ) =>
      markup`
        <details class="catalogue"
          ${index === 0 ? new Markup(" open") : undefined}><summary><b>${catalogue.title}</b> ${
        catalogue.id === "claim" ? undefined : catalogue.version
      } <span class="dim">${
        countControls(
          judgements,
        )
      }</span></summary>${
        controlTable(catalogue, judgements, {
          withDigests: false,
        })
      }</details>
      `
    )
  }
  `;
}

function facts({ run }: Result): Markup {
  const rows: [string, string][] = [
    ["Run", `${run.runId}, ${run.startedAt}`],
    ["Command", run.argv.join(" ")],
    ["Target", `${run.target.name}: ${run.target.description} (${run.target.why})`],
    ["PostgreSQL", run.postgres],
    ["Stack", `${run.stack.file}, sha256 ${run.stack.hash}`],
    ...Object.entries(run.stack.objectives).map(([name, value]): [string, string] => [
      `Objective ${
        name.replace(/(Ms|Bytes)$/, "").replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
      }`,
      typeof value !== "number"
        ? String(value)
        : showValue(value, name.endsWith("Ms") ? "ms" : name.endsWith("Bytes") ? "bytes" : "count"),
    ]),
    ["Seed", String(run.seed)],
    ["Workers", String(run.workers)],
    [
      "Machine",
      `${run.runtime.os} ${run.runtime.arch}, ${run.runtime.cores} cores, Deno ${run.runtime.deno}`,
    ],
    ...(run.harnessMs === undefined
      ? []
      : [["Harness busy", formatDuration(run.harnessMs)] as [string, string]]),
  ];
  return markup`
    <h2 id="run">Run</h2>
    <table class="run">
      <tbody>${
    rows.map(([label, text]) =>
      markup`
          <tr>
            <th>${label}</th>
            <td>${text}</td>
          </tr>
        `
    )
  }</tbody>
    </table>
  `;
}
