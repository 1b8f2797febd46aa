/**
 * The picture of a case: what each node was, what was done to it, what clients noticed, throughput
 * and lag, on one axis of time. An SVG without styles of its own, so that it follows the page.
 *
 *     steps     ▏▏▏▏▏
 *     master    ████████▒▒▒▒ kill
 *     replica1  ────────────█████
 *     clients   ━━━━━━━━ outage ━━━━
 *     written/s ╱╲╱╲╱╲______╱╲╱╲╱
 *     lag       __________╱‾‾‾‾╲__
 *
 * @module
 */
import type { CaseResult, Result } from "../../result/model.ts";
import { formatDuration } from "../../time/duration.ts";
import { charts, lineClass, nameOf } from "./charts.ts";
import { type Course, courseOf } from "./course.ts";
import { box, place, size } from "./draw.ts";
import { clientRows, nodeRows, stepRow } from "./lanes.ts";
import { type Markup, markup } from "./markup.ts";
import { linear, ticks } from "./scale.ts";

/** The picture; undefined when nothing of the case has a time. */
export function picture(subject: CaseResult, run: Result["run"]): Markup | undefined {
  const course = courseOf(subject);
  if (!course || course.nodes.length === 0) return undefined;
  const x = linear([course.span.from, course.span.to], [size.left, size.right]);
  const rows = [
    stepRow(course, subject),
    ...nodeRows(course),
    ...clientRows(course),
    ...charts(course, run),
  ];
  let top = size.top;
  const drawn = rows.map((row) => {
    const markup = row.draw(top, x);
    top += row.height + size.gap;
    return markup;
  });
  const label = `Timeline of ${subject.name}: ${tellCourse(course)}`;
  return markup`
    <figure class="picture">
      <svg viewBox="0 0 ${size.width} ${top + 24}" role="img" aria-label="${label}">
    ${bands(course, x, top)}${drawn}${undo(course, x, top)}${failure(course, x, top)}${
    timeAxis(course, x, top)
  }</svg>
      <figcaption>${legend(course)} <span class="dim">${
    caption(
      course,
      subject,
    )
  }</span></figcaption>
    </figure>
  `;
}

/** The picture in words. */
export function tellCourse({ faults, outages }: Course): string {
  const told = [
    ...new Set(faults.map(({ name, node }) => node === undefined ? name : `${name} on ${node}`)),
    ...outages.map(({ from, to }) => `clients without a write for ${formatDuration(to - from)}`),
  ];
  return told.length > 0 ? told.join(", ") : "no fault, no outage of clients";
}

function caption(course: Course, { roles, series }: CaseResult): string {
  const missing = [
    ...(roles ? [] : ["roles"]),
    ...(series ? [] : ["lag and throughput"]),
  ];
  const note = missing.length > 0 ? ` Not sampled in this run: ${missing.join(", ")}.` : "";
  return `${tellCourse(course)}.${note}`;
}

/** Translucent, through all rows: what was in effect while. */
function bands({ faults }: Course, x: (t: number) => number, bottom: number): Markup[] {
  return faults.map((each) =>
    box(each, x, {
      top: size.top,
      height: bottom - size.top - size.gap,
      name: "band",
      title: each.name,
    })
  );
}

function failure(
  { failedAt }: Course,
  x: (t: number) => number,
  bottom: number,
): Markup | undefined {
  if (failedAt === undefined) return undefined;
  const at = place(x(failedAt));
  const isLate = at > size.right - 90;
  return markup`
    <line class="failure" x1="${at}" x2="${at}" y1="${size.top - 4}" y2="${bottom - size.gap}" />
    <text class="failure-word" x="${isLate ? at - 4 : at + 4}" y="${size.top - 5}"
      text-anchor="${isLate ? "end" : "start"}">fails here</text>
  `;
}

/** What happens after the last step is the harness cleaning up: dimmed. */
function undo(
  { stepsEnd, span }: Course,
  x: (t: number) => number,
  bottom: number,
): Markup | undefined {
  const width = x(span.to) - x(stepsEnd);
  if (width < 4) return undefined;
  const at = { top: size.top, height: bottom - size.top - size.gap, name: "undo", title: "undo" };
  return markup`${box({ from: stepsEnd, to: span.to }, x, at)}${
    width > 150
      ? markup`<text class="undo-word" x="${size.right}" y="${
        size.top - 5
      }" text-anchor="end">undo</text>`
      : undefined
  }`;
}

function timeAxis({ span }: Course, x: (t: number) => number, top: number): Markup {
  const all = ticks((span.to - span.from) / 1000, 8).filter((s) => span.from + s * 1000 <= span.to);
  return markup`
    <line class="axis" x1="${size.left}" x2="${size.right}" y1="${top}" y2="${top}" />${
    all.map(
      (s) => {
        const at = place(x(span.from + s * 1000));
        return markup`
          <line class="axis" x1="${at}" x2="${at}" y1="${top}" y2="${top + 4}" />
          <text class="tick" x="${at}" y="${top + 16}" text-anchor="middle">${s} s</text>
        `;
      },
    )
  }
  `;
}

function legend(course: Course): Markup {
  const unique = new Map<string, string>();
  for (const series of [course.throughput, course.lagTime]) {
    series.forEach((each, index) => unique.set(nameOf(each), lineClass(each, index)));
  }
  const seen = new Set(course.roles.map(({ role }) => role));
  return markup`<span class="legend">${
    (["primary", "replica", "down", "silent"] as const).filter((role) => seen.has(role)).map((
      role,
    ) =>
      markup`
        <span><i class="key role-${role}"></i>${role}</span>
      `
    )
  }${
    course.faults.length > 0
      ? markup`
        <span><i class="key key-fault"></i>fault in effect</span>
      `
      : undefined
  }${
    [...unique].map(([name, color]) =>
      markup`
        <span><i class="key key-line ${color}"></i>${name}</span>
      `
    )
  }</span>`;
}
