/**
 * The steps of a case as a table.
 *
 * @module
 */
import type { Verdict } from "../../result/event.ts";
import type { CaseResult, StepResult } from "../../result/model.ts";
import { formatDuration } from "../../time/duration.ts";
import { problemLine } from "../causes.ts";
import { headAndTail } from "../clean.ts";
import { zeroOf } from "./course.ts";
import { anchor, type Markup, markup } from "./markup.ts";

/** A verdict in words and colour. */
export function badge(verdict: Verdict): Markup {
  return markup`<b class="badge ${verdict}">${verdict === "not-run" ? "not run" : verdict}</b>`;
}

/** Every step with its verdict. */
export function stepTable(subject: CaseResult): Markup | undefined {
  const { steps, id } = subject;
  const zero = zeroOf(subject);
  if (steps.length === 0) return undefined;
  return markup`
    <details class="fold">
      <summary>Steps <span class="dim">${steps.length}</span></summary>
      <table class="steps">
        <thead>
          <tr>
            <th>Verdict</th>
            <th>Step</th>
            <th>Line</th>
            <th class="n">At</th>
            <th class="n">Took</th>
            <th class="n">Looks</th>
          </tr>
        </thead>
        <tbody>${
    steps.map((step) =>
      markup`
            <tr id="${anchor("case", id, step.id)}">
              <td>${badge(step.verdict)}</td>
              <td class="depth${depth(step)}">${step.title}${
        step.problem ? markup`<br><span class="dim">${problemLine(step.problem)}</span>` : undefined
      }${stepEvidence(step)}</td>
              <td>${step.place.line}</td>
              <td class="n">${
        step.startedAt === undefined ? "" : formatDuration(step.startedAt - zero)
      }</td>
              <td class="n">${step.startedAt === undefined ? "" : formatDuration(step.ms)}</td>
              <td class="n">${step.looks ?? ""}</td>
            </tr>
          `
    )
  }</tbody>
      </table>
    </details>
  `;
}

/** What a pass rests on; that of a failure is told above. */
function stepEvidence({ verdict, evidence }: StepResult): Markup | undefined {
  if (verdict !== "passed" || evidence.length === 0) return undefined;
  return markup`<ul class="evidence dim">${
    evidence.slice(0, 12).map(({ node, text }) =>
      markup`<li>${node === undefined || text.startsWith(node) ? "" : `${node}: `}${
        headAndTail(text, 400)
      }</li>`
    )
  }${
    evidence.length > 12
      ? markup`<li>and ${evidence.length - 12} more in result.json</li>`
      : undefined
  }</ul>`;
}

function depth({ id }: StepResult): number {
  return Math.min(4, id.split(".").length - 1);
}
