/**
 * Measures as a table, each with the limit that it was judged by.
 *
 * @module
 */
import type { CaseResult } from "../../result/model.ts";
import { isAsked, showLimit } from "../limit.ts";
import { hrefOf, type Markup, markup } from "./markup.ts";
import { showValue } from "./scale.ts";

/** A run of repetitions may have thousands. */
const casesMax = 200;

type Row = CaseResult["measures"][number];

/** The measures of one case, or of several. */
export function measureTable(rows: readonly Row[]): Markup {
  return markup`
    <table class="measures">
      <thead>
        <tr>
          <th>Measure</th>
          <th class="n">Median</th>
          <th class="n">90 %</th>
          <th class="n">95 %</th>
          <th class="n">99 %</th>
          <th class="n">Highest</th>
          <th class="n">n</th>
          <th class="n">Uncertain by</th>
          <th>Limit</th>
        </tr>
      </thead>
      <tbody>${rows.map((row) => measureRow(row))}</tbody>
    </table>
  `;
}

/** Those that scenarios ask for, of all cases: a load's own are in its case. */
export function measuresOf(cases: readonly CaseResult[]): Markup | undefined {
  const named = cases.map((subject) => ({
    subject,
    rows: subject.measures.filter(isAsked),
  })).filter(({ rows }) => rows.length > 0);
  if (named.length === 0) return undefined;
  const more = named.length - casesMax;
  return markup`<table class="measures"><thead><tr><th>Measure</th><th class="n">Median</th><th class="n">90 %</th><th class="n">95 %</th>
<th class="n">99 %</th><th class="n">Highest</th><th class="n">n</th><th class="n">Uncertain by</th><th>Limit</th></tr></thead>${
    named.slice(0, casesMax).map(({ subject, rows }) =>
      markup`<tbody><tr class="group"><th colspan="9"><a href="${
        hrefOf("case", subject.id)
      }">${subject.name}</a> <code>${subject.id}</code></th></tr>${rows.map(measureRow)}</tbody>`
    )
  }</table>${
    more > 0
      ? markup`<p class="dim">Those of ${more} more cases are in result.json.</p>`
      : undefined
  }`;
}

function measureRow(row: Row): Markup {
  const { name, node, unit, n, median, max, p90, p95, p99, uncertainty, verdict } = row;
  const show = (value: number | undefined) => value === undefined ? "" : showValue(value, unit);
  return markup`
    <tr>
      <td>${node === undefined ? "" : `${node} `}${name}</td>
      <td class="n">${show(median)}</td>
      <td class="n">${show(p90)}</td>
      <td class="n">${show(p95)}</td>
      <td class="n">${show(p99)}</td>
      <td class="n">${show(max)}</td>
      <td class="n">${n}</td>
      <td class="n">${uncertainty ? `± ${show(uncertainty)}` : ""}</td>
      <td${verdict === "failed" ? markup` class="failed"` : ""}>${showLimit(row, showValue)}</td>
    </tr>
  `;
}
