/**
 * What the rows of a picture are drawn with.
 *
 * @module
 */
import { type Markup, markup } from "./markup.ts";
import type { Span } from "./course.ts";

/** Places in the drawing, in its own units. */
export const size = { width: 1000, left: 96, right: 988, lane: 20, gap: 6, chart: 96, top: 18 };

/** A row of the drawing and how high it is. */
export interface Row {
  height: number;
  draw(top: number, x: (t: number) => number): Markup;
}

/** The name of a row, left of it. */
export function laneLabel(text: string, top: number): Markup {
  return markup`
    <text class="label" x="${size.left - 8}" y="${top + 14}"
      text-anchor="end">${shortened(text, 14)}<title>${text}</title></text>
  `;
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** A span of time in a row, with what it is as its tooltip. */
export function box(
  { from, to }: Span,
  x: (t: number) => number,
  at: { top: number; height: number; name: string; title: string },
): Markup {
  const width = Math.max(1.5, x(to) - x(from));
  return markup`
    <rect class="${at.name}" x="${place(x(from))}" y="${at.top}" width="${
    place(
      width,
    )
  }" height="${at.height}">
      <title>${at.title}</title>
    </rect>
  `;
}

/** A coordinate, short. */
export function place(value: number): number {
  return Math.round(value * 10) / 10;
}
