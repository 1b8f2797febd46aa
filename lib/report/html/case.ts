/**
 * One case as HTML: why it did not pass, its picture, what was judged, what was measured.
 *
 * @module
 */
import type { CaseResult, Result } from "../../result/model.ts";
import { formatDuration } from "../../time/duration.ts";
import { type Cause, causesOf, problemLine } from "../causes.ts";
import { headAndTail } from "../clean.ts";
import { excerptAround } from "../excerpt.ts";
import { rerunCommand } from "../rerun.ts";
import { zeroOf } from "./course.ts";
import { evidenceList, textMax, yamlLine } from "./evidence.ts";
import { anchor, hrefOf, type Markup, markup } from "./markup.ts";
import { measureTable } from "./measures.ts";
import { picture } from "./picture.ts";
import type { Room, Rooms } from "./room.ts";
import { badge, stepTable } from "./steps.ts";

/** A case; those that did not pass are open. */
export function caseSection(result: Result, subject: CaseResult, rooms: Rooms): Markup {
  const { id, name, verdict, ms, reason, startedAt } = subject;
  const isBad = verdict === "failed" || verdict === "error";
  const summary = markup`<summary>${
    badge(verdict)
  } <span class="name">${name}</span> <code class="id">${id}</code>
<span class="dim">${
    startedAt === undefined ? (reason ?? "not begun") : formatDuration(ms)
  }</span></summary>`;
  return markup`
    <details class="case" id="${anchor("case", id)}" data-verdict="${verdict}"
      ${isBad ? openly : undefined}>${summary}<div class="inside">${intro(subject)}${
    isBad ? causes(result, subject) : undefined
  }${
    rooms.details.take(() => details(result, subject, rooms.pictures)) ?? markup`
      <p
        class="dim">Its steps and its picture are left out to keep this file small; result.json has them.</p>
    `
  }${rerun(result, subject)}</div></details>
  `;
}

const openly = markup`
  open
`;

/** What happened, whole. */
function details(result: Result, subject: CaseResult, pictures: Room): Markup {
  const isBad = subject.verdict === "failed" || subject.verdict === "error";
  const isBare = isBad && causesOf(subject).every(({ evidence }) => evidence.length === 0);
  const drawn = pictures.take(() => drawing(result, subject));
  return markup`${drawn ?? (pictures.isFull ? leftOut : undefined)}${stepTable(subject)}${
    fold(
      "Measures",
      subject.measures.length,
      () => measureTable(subject.measures),
    )
  }${
    fold(
      "State of the servers at the end",
      subject.evidence.length,
      () => evidenceList(subject.evidence),
      isBare,
    )
  }${fold("Events", subject.timeline.length, () => events(subject))}${
    fold(
      "Earlier attempts",
      subject.earlier?.length ?? 0,
      () => earlier(subject),
    )
  }${
    fold(
      "Cluster",
      subject.cluster?.nodes.length ?? 0,
      () => cluster(subject),
    )
  }${sourceFold(result, subject)}`;
}

const leftOut = markup`
  <p class="dim">Its picture is left out to keep this file small; report on this case alone to see it.</p>
`;

function drawing({ run }: Result, subject: CaseResult): Markup | undefined {
  const { timeline, series, roles } = subject;
  return timeline.length === 0 && !series && !roles ? undefined : picture(subject, run);
}

function intro(
  { why, tags, controls, combination, file, line, notes, reason }: CaseResult,
): Markup {
  const facts = [
    ...(why === undefined ? [] : [["Why", why]]),
    ...(reason === undefined ? [] : [["Reason", reason]]),
    ["Scenario", `${file}:${line}`],
    ...Object.entries(combination).map(([name, value]) => [name, JSON.stringify(value)]),
    ...(tags.length > 0 ? [["Tags", tags.join(", ")]] : []),
  ];
  return markup`<dl class="facts">${
    facts.map(([label, text]) =>
      markup`
        <dt>${label}</dt>
        <dd>${text}</dd>
      `
    )
  }${
    controls.length > 0
      ? markup`
        <dt>Controls</dt>
        <dd>${
        controls.map((each, index) =>
          markup`${index > 0 ? ", " : ""}<a href="${hrefOf("control", each)}">${each}</a>`
        )
      }</dd>
      `
      : undefined
  }${
    notes.length > 0
      ? markup`
        <dt>Notes</dt>
        <dd>${notes.map((note) => markup`${note}<br>`)}</dd>
      `
      : undefined
  }</dl>`;
}

function causes(result: Result, subject: CaseResult): Markup[] {
  return causesOf(subject).map((cause) => causeBlock(result, subject, cause));
}

function causeBlock(result: Result, subject: CaseResult, cause: Cause): Markup {
  const { problem, step, evidence, verdict } = cause;
  const file = step?.place.file ?? subject.file;
  const excerpt = step && excerptAround(result.run, subject.file, step.place);
  return markup`<section class="cause ${verdict}"><h4>${step?.title ?? "Outside any step"}
<code class="dim">${file}:${step?.place.line ?? subject.line}</code></h4>
<dl class="problem"><dt>Expected</dt><dd>${problem.expected.trimEnd()}</dd><dt>Seen</dt><dd class="seen">${problem.seen.trimEnd()}</dd>${
    problem.notes.map((note) =>
      markup`
        <dt></dt>
        <dd class="dim">${note}</dd>
      `
    )
  }</dl>${excerpt ? markup`<pre class="yaml">${excerpt.map(yamlLine)}</pre>` : undefined}${
    evidence.length > 0 ? markup`<h5>Evidence</h5>${evidenceList(evidence)}` : undefined
  }</section>`;
}

function events(subject: CaseResult): Markup {
  const zero = zeroOf(subject);
  return markup`
    <table>
      <tbody>${
    subject.timeline.map(({ t, node, text }) =>
      markup`
          <tr>
            <td class="n">${formatDuration(Math.max(0, t - zero))}</td>
            <td>${node ?? ""}</td>
            <td>${text}</td>
          </tr>
        `
    )
  }</tbody>
    </table>
  `;
}

function earlier({ earlier = [] }: CaseResult): Markup {
  return markup`<ul>${
    earlier.map(({ attempt, verdict, problems }) =>
      markup`<li>Attempt ${attempt}: ${badge(verdict)} ${problems.map(problemLine).join("; ")}</li>`
    )
  }</ul>`;
}

function cluster({ cluster }: CaseResult): Markup {
  return markup`
    <table>
      <tbody>${
    cluster?.nodes.map(({ name, role, host, port }) =>
      markup`
          <tr>
            <td>${name}</td>
            <td>${role} at first</td>
            <td>${host}:${port}</td>
          </tr>
        `
    )
  }</tbody>
    </table>
    <ul class="dim">${cluster?.translations.map((each) => markup`<li>${each}</li>`)}</ul>
  `;
}

function sourceFold({ run }: Result, { file }: CaseResult): Markup | undefined {
  const source = run.sources?.[file];
  if (source === undefined) return undefined;
  return markup`
    <details class="fold">
      <summary>Scenario <code>${file}</code></summary>
      <pre class="yaml">${headAndTail(source, textMax)}</pre>
    </details>
  `;
}

function rerun({ run }: Result, subject: CaseResult): Markup {
  return markup`<p class="rerun"><span>Run it again</span> <code>${
    rerunCommand(run, subject)
  }</code></p>`;
}

function fold(
  title: string,
  count: number,
  inside: () => Markup,
  isOpen = false,
): Markup | undefined {
  if (count === 0) return undefined;
  const open = isOpen ? openly : undefined;
  return markup`<details class="fold"${open}><summary>${title} <span class="dim">${count}</span></summary>${inside()}</details>`;
}
