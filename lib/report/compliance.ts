/**
 * `compliance.html`: a document to be kept or printed. What the run evidences of each control, tied to
 * its evidence by SHA-256. It evidences, it does not certify.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import { unending } from "../result/waive.ts";
import { caseDigest, resultDigest } from "./controls/digest.ts";
import { judgeControls } from "./controls/judge.ts";
import type { Judgement } from "./controls/model.ts";
import { page } from "./html.ts";
import { controlTable, countControls } from "./html/controls.ts";
import { type Markup, markup } from "./html/markup.ts";
import { endings } from "./words.ts";

/** The document. */
export function renderCompliance(result: Result): string {
  const judged = judgeControls(result);
  const groups = [...Map.groupBy(judged, ({ catalogue }) => catalogue)];
  const body = markup`${front(result)}<main>
<h2>Overview</h2><table><thead><tr><th>Framework</th><th>Version</th><th>Controls</th></tr></thead><tbody>${
    groups.map(([catalogue, own]) =>
      markup`<tr><td>${catalogue.title}</td><td>${catalogue.version}</td><td>${
        countControls(own)
      }</td></tr>`
    )
  }</tbody></table>${reading()}${waivers(judged)}${
    groups.map(([catalogue, own]) =>
      markup`<h2>${catalogue.title}, ${catalogue.version}</h2>${
        controlTable(catalogue, own, { withDigests: true })
      }`
    )
  }${evidence(result)}</main>`;
  return page({ title: `Evidence of controls: ${result.run.stack.file}`, body });
}

function front(result: Result): Markup {
  const { run } = result;
  return markup`<header class="top document"><p class="brand">pgproof ${run.tool.version}</p>
<h1>Evidence of controls</h1><p class="counts">${run.stack.file}, examined on ${
    run.startedAt.slice(0, 10)
  }</p>
<p>This document evidences what one run saw. It does not certify, and it is no opinion of an auditor.</p>
<table class="run"><tbody><tr><th>Run</th><td>${run.runId}, ${run.startedAt}, ended as ${
    endings[run.exit]
  }</td></tr>
<tr><th>Stack</th><td>${run.stack.file}, sha256 <code>${run.stack.hash}</code></td></tr>
<tr><th>Target</th><td>${run.target.description}, PostgreSQL ${run.postgres}</td></tr>
<tr><th>result.json</th><td>sha256 <code>${resultDigest(result)}</code></td></tr>
<tr><th>Seed</th><td>${run.seed}</td></tr></tbody></table></header>`;
}

function reading(): Markup {
  return markup`<h2>How to read it</h2><dl class="facts"><dt>satisfied</dt><dd>Every case that tests the control was run and passed.</dd>
<dt>not satisfied</dt><dd>At least one case that tests it failed.</dd>
<dt>not assessed</dt><dd>No case tests it, or one of them was not run or could not decide. That is not a pass.</dd>
<dt>waived</dt><dd>Somebody has accepted the state named, until the day named. The state stays as it was seen.</dd>
<dt>sha256</dt><dd>Of the case in result.json, as JSON with sorted keys and without spaces.</dd></dl>`;
}

function waivers(judged: readonly Judgement[]): Markup | undefined {
  const rows = judged.flatMap(({ key, waiver, expired }) => {
    const each = waiver ?? expired;
    return each ? [{ key, each, isOver: waiver === undefined }] : [];
  });
  if (rows.length === 0) return undefined;
  return markup`<h2>Waivers</h2><table><thead><tr><th>Control</th><th>Reason</th><th>Owner</th><th>Until</th></tr></thead><tbody>${
    rows.map(({ key, each, isOver }) =>
      markup`<tr><td>${key}</td><td>${each.reason}</td><td>${each.owner}</td><td>${
        each.expires === unending ? "as long as it says so" : each.expires
      }${isOver ? ", expired, does not count" : ""}</td></tr>`
    )
  }</tbody></table>`;
}

function evidence({ cases }: Result): Markup {
  return markup`<h2>Evidence</h2><table><thead><tr><th>Case</th><th>Verdict</th><th>sha256</th></tr></thead><tbody>${
    cases.map((each) =>
      markup`<tr><td>${each.name}<br><code>${each.id}</code></td><td>${each.verdict}</td><td><code class="digest">${
        caseDigest(each)
      }</code></td></tr>`
    )
  }</tbody></table>`;
}
