/**
 * The rows of a picture that tell how much: throughput and lag.
 *
 * @module
 */
import type { Result, Series } from "../../result/model.ts";
import { type Course, thinned } from "./course.ts";
import { place, type Row, size } from "./draw.ts";
import { markup } from "./markup.ts";
import { linear, showValue, ticks } from "./scale.ts";

/** Throughput and lag. */
export function charts(course: Course, run: Result["run"]): Row[] {
  const staleness = run.stack.objectives.stalenessMs;
  return [
    ...chart("acknowledged, refused, unknown writes per second", course.throughput, "per_second"),
    ...chart(
      "lag in time",
      course.lagTime,
      "ms",
      typeof staleness === "number" ? staleness : undefined,
    ),
    ...chart("lag in WAL", course.lagBytes, "bytes"),
  ];
}

/** No axis ends below this: what is next to nothing is to look so. */
const axisMin = { ms: 100, bytes: 1024, per_second: 10, count: 1 };

function chart(title: string, series: Series[], unit: Series["unit"], limit?: number): Row[] {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value ?? 0));
  if (values.length === 0) return [];
  const highest = values.reduce((a, b) => Math.max(a, b), axisMin[unit]);
  // An objective far above all values would flatten them; then it is only told.
  const shownLimit = limit !== undefined && limit < highest * 4 ? limit : undefined;
  const lines = ticks(Math.max(highest, shownLimit ?? 0), 3, unit);
  return [{
    height: size.chart,
    draw(top, x) {
      const y = linear([0, lines.at(-1)!], [top + size.chart - 6, top + 18]);
      return markup`
        <text class="chart-word" x="${size.left + 4}" y="${top + 8}">${title}</text>${
        lines.map((value) =>
          markup`
              <line class="grid" x1="${size.left}" x2="${size.right}" y1="${
            place(
              y(value),
            )
          }" y2="${place(y(value))}" />
              <text class="tick" x="${size.left - 8}" y="${
            place(
              y(value) + 3.5,
            )
          }" text-anchor="end">${value === 0 ? "" : showValue(value, unit)}</text>
            `
        )
      }${
        shownLimit === undefined ? undefined : markup`
            <line class="objective" x1="${size.left}" x2="${size.right}" y1="${
          place(
            y(shownLimit),
          )
        }" y2="${place(y(shownLimit))}" />
            <text class="objective-word" x="${size.right}" y="${place(y(shownLimit) - 3)}"
              text-anchor="end">objective ${showValue(shownLimit, unit)}</text>
          `
      }${
        series.map((each, index) =>
          markup`
              <path class="line ${lineClass(each, index)}" d="${pathOf(each, x, y)}">
                <title>${nameOf(each)}</title>
              </path>
            `
        )
      }
      `;
    },
  }];
}

function pathOf(
  { name, points }: Series,
  x: (t: number) => number,
  y: (v: number) => number,
): string {
  let isPen = false;
  const isFate = /\.(refused|unknown)$/.test(name);
  return withoutRest(thinned(points), isFate).map(([t, value]) => {
    const verb = value === null ? "" : `${isPen ? "L" : "M"}${place(x(t))} ${place(y(value))}`;
    isPen = value !== null;
    return verb;
  }).join("");
}

/** A line that lies at 0 hides others; it is drawn only where it leaves 0. */
function withoutRest(points: Series["points"], isWanted: boolean): Series["points"] {
  if (!isWanted) return points;
  const isUp = (index: number) => (points[index]?.[1] ?? 0) > 0;
  return points.map(([t, value], index) =>
    isUp(index - 1) || isUp(index) || isUp(index + 1) ? [t, value] : [t, null]
  );
}

/** What a line is called. */
export function nameOf({ name, node }: Series): string {
  return node ?? name;
}

/** How a line is coloured. */
export function lineClass({ name }: Series, index: number): string {
  const fate = /\.(acknowledged|refused|unknown)$/.exec(name)?.[1];
  if (fate === "acknowledged") return index === 0 ? fate : `c${(index + 2) % 6}`;
  return fate ?? `c${index % 6}`;
}
