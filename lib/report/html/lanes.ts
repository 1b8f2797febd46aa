/**
 * The rows of a picture that tell what was: steps, nodes, faults, clients.
 *
 * @module
 */
import type { CaseResult } from "../../result/model.ts";
import { formatDuration } from "../../time/duration.ts";
import type { Course } from "./course.ts";
import { box, laneLabel, place, type Row, size } from "./draw.ts";
import { hrefOf, type Markup, markup } from "./markup.ts";

/** The innermost steps, each a link to its row in the table. */
export function stepRow({ steps }: Course, subject: CaseResult): Row {
  return {
    height: 14,
    draw: (top, x) =>
      markup`${laneLabel("steps", top - 3)}${
        steps.map(({ startedAt = 0, ms, title, verdict, id }) =>
          markup`<a href="${hrefOf("case", subject.id, id)}">${
            box({ from: startedAt, to: startedAt + ms }, x, {
              top,
              height: 12,
              name: `step ${verdict}`,
              title: `${title}: ${verdict} after ${formatDuration(ms)}`,
            })
          }</a>`
        )
      }`,
  };
}

/** What each node was, and what was done to it. */
export function nodeRows({ nodes, roles, faults, span, stepsEnd }: Course): Row[] {
  return nodes.map((node) => ({
    height: size.lane,
    draw(top, x) {
      const own = roles.filter((each) => each.node === node);
      const lanes = own.length > 0
        ? own.map((each) =>
          box(each, x, {
            top,
            height: size.lane,
            name: `role ${each.role}`,
            title: `${node}: ${each.role}`,
          })
        )
        : [
          box(span, x, {
            top,
            height: size.lane,
            name: "role unseen",
            title: `${node}: role not sampled`,
          }),
        ];
      const words = own.filter((each) => x(each.to) - x(each.from) > 52).map((each) =>
        markup`<text class="role-word ${each.role}" x="${place(x(each.from) + 6)}" y="${
          top + 14
        }">${each.role}</text>`
      );
      const hit = faults.filter((each) => each.node === node).map((each) =>
        faultBox(each, { x, top, stepsEnd })
      );
      return markup`${laneLabel(node, top)}${lanes}${words}${hit}`;
    },
  }));
}

/** A fault in its node's lane, with its name beside it where there is room. */
function faultBox(
  fault: Course["faults"][number],
  on: { x: (t: number) => number; top: number; stepsEnd: number },
): Markup {
  const { x, top } = on;
  const { name, node, from, to, isHealed } = fault;
  const lasted = `${formatDuration(to - from)}${isHealed ? "" : ", until the end"}`;
  const title = `${name}${node === undefined ? "" : ` on ${node}`}: ${lasted}`;
  const shownTo = Math.min(to, Math.max(from, on.stepsEnd));
  const isWide = x(shownTo) - x(from) > name.length * 7 + 70;
  const end = isWide ? x(shownTo) - 6 : x(from) - 5;
  return markup`
    ${
    box(fault, x, {
      top: top + 1,
      height: size.lane - 2,
      name: "fault",
      title,
    })
  }<text class="fault-word" x="${place(end)}" y="${top + 14}"
      text-anchor="end">${isWide ? "" : "▸ "}${name}</text>
  `;
}

/** Faults of the whole cluster, loads and their outages. */
export function clientRows({ loads, outages, faults, stepsEnd }: Course): Row[] {
  const whole = faults.filter(({ node }) => node === undefined);
  const cluster: Row[] = whole.length === 0 ? [] : [{
    height: size.lane,
    draw: (top, x) =>
      markup`${laneLabel("cluster", top)}${
        whole.map((each) => faultBox(each, { x, top, stepsEnd }))
      }`,
  }];
  return [
    ...cluster,
    ...[...new Set(loads.map(({ name }) => name))].map((name): Row => ({
      height: size.lane,
      draw: (top, x) =>
        markup`${laneLabel(name, top)}${
          loads.filter((each) => each.name === name).map((each) =>
            box(each, x, {
              top: top + 6,
              height: size.lane - 12,
              name: "load",
              title: `load ${name}: ${formatDuration(each.to - each.from)}`,
            })
          )
        }${
          outages.filter(({ load }) => load === name).map((each) => {
            const text = formatDuration(each.to - each.from);
            return markup`
              ${
              box(each, x, {
                top: top + 1,
                height: size.lane - 2,
                name: "outage",
                title: `no write acknowledged for ${text}`,
              })
            }<text class="outage-word" x="${place((x(each.from) + x(each.to)) / 2)}" y="${
              top +
              14
            }"
                text-anchor="middle">${
              x(each.to) - x(each.from) > 90 ? `outage ${text}` : text
            }</text>
            `;
          })
        }`,
    })),
  ];
}
