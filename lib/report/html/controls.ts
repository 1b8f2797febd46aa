/**
 * Claims and controls as tables: what is satisfied, what is not, what was not assessed, and why.
 *
 * @module
 */
import type { Catalogue, ControlStatus, Judgement } from "../controls/model.ts";
import type { CaseResult } from "../../result/model.ts";
import { acceptance } from "../../result/waive.ts";
import { caseDigest } from "../controls/digest.ts";
import { anchor, hrefOf, type Markup, markup } from "./markup.ts";

/** A page for reading names so many cases of a control; the document that is kept names all. */
const casesMax = 20;

const words: Readonly<Record<ControlStatus, string>> = {
  satisfied: "satisfied",
  "not-satisfied": "not satisfied",
  "not-assessed": "not assessed",
};

/** How many controls stand how, in words. */
export function countControls(judgements: readonly Judgement[]): string {
  return (Object.keys(words) as ControlStatus[]).map((status) =>
    `${judgements.filter((each) => each.status === status).length} ${words[status]}`
  ).join(", ");
}

/** One catalogue; the digests of the evidence are for the document that is kept. */
export function controlTable(
  catalogue: Catalogue,
  judgements: readonly Judgement[],
  options: { withDigests: boolean },
): Markup {
  return markup`
    ${
    catalogue.note ? markup`<p class="dim">${catalogue.note}</p>` : undefined
  }<table class="controls">
      <thead>
        <tr>
          <th>Control</th>
          <th>What it asks for</th>
          <th>Status</th>
          <th>Evidence</th>
        </tr>
      </thead>
      <tbody>${judgements.map((each) => controlRow(each, options))}</tbody>
    </table>
  `;
}

function controlRow(judgement: Judgement, { withDigests }: { withDigests: boolean }): Markup {
  const { key, control, status, why, cases, waiver, expired } = judgement;
  const link = (id: string) =>
    withDigests ? markup`<code>${id}</code>` : markup`<a href="${hrefOf("case", id)}">${id}</a>`;
  const failedFirst = cases.toSorted((a, b) => failing(b) - failing(a));
  const shown = withDigests ? cases : failedFirst.slice(0, casesMax);
  const more = cases.length - shown.length;
  return markup`
    <tr id="${anchor("control", key)}" class="${status}">
      <td><b>${control.id}</b></td>
      <td>${control.title}</td>
      <td><b class="badge ${status}">${words[status]}</b>${
    waiver
      ? markup`
          <b class="badge waived">waived</b>
        `
      : undefined
  }</td>
      <td>${why}${waiver ? markup`<br>It is ${acceptance(waiver)}: ${waiver.reason}` : undefined}${
    expired
      ? markup`<br>The waiver of ${expired.owner} expired on ${expired.expires} and does not count.`
      : undefined
  }${
    cases.length > 0
      ? markup`<ul class="evidence">${
        shown.map((each) =>
          markup`<li>${link(each.id)} ${each.verdict}${
            withDigests
              ? markup`<br><code class="digest">sha256:${caseDigest(each)}</code>`
              : undefined
          }</li>`
        )
      }${more > 0 ? markup`<li>and ${more} more</li>` : undefined}</ul>`
      : undefined
  }</td>
    </tr>
  `;
}

function failing({ verdict }: CaseResult): number {
  return ["passed", "flaky"].includes(verdict) ? 0 : 1;
}
