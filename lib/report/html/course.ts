/**
 * What happened in a case over time, made ready to be drawn: when it began and ended, spans of roles,
 * faults and loads, outages of clients. Only what the result holds; nothing is filled in.
 *
 * @module
 */
import type { SeenRole } from "../../result/event.ts";
import type { CaseResult, Moment, Series, StepResult } from "../../result/model.ts";
import { causesOf } from "../causes.ts";

/** From one moment to another, in milliseconds since the run began. */
export interface Span {
  from: number;
  to: number;
}

/** What is drawn. */
export interface Course {
  /** All there is to be seen. */
  span: Span;
  nodes: string[];
  roles: (Span & { node: string; role: SeenRole })[];
  faults: (Span & { name: string; node?: string; isHealed: boolean })[];
  loads: (Span & { name: string })[];
  /** Times in which a load ran and nothing was acknowledged. */
  outages: (Span & { load: string })[];
  /** Innermost steps that were reached. */
  steps: StepResult[];
  /** When the first problem was seen. */
  failedAt?: number;
  /** When the last step had ended: from here on the harness cleans up. */
  stepsEnd: number;
  throughput: Series[];
  lagTime: Series[];
  lagBytes: Series[];
}

/** The course of a case; undefined when nothing of it has a time. */
export function courseOf(subject: CaseResult): Course | undefined {
  const { timeline, roles = [], series = [], cluster } = subject;
  const steps = subject.steps.filter(({ startedAt, section }) =>
    startedAt !== undefined && section !== "always"
  );
  const times = [
    ...steps.flatMap(({ startedAt = 0, ms }) => [startedAt, startedAt + ms]),
    ...timeline.map(({ t }) => t),
    ...roles.map(({ t }) => t),
    ...series.flatMap(({ points }) => points.map(([t]) => t)),
  ];
  if (times.length === 0) return undefined;
  // Not spread into arguments: a long case has more samples than a call may have.
  const span = times.reduce(
    ({ from, to }, t) => ({ from: Math.min(from, t), to: Math.max(to, t) }),
    { from: Infinity, to: -Infinity },
  );
  const stepsEnd = steps.reduce((end, { startedAt = 0, ms }) => Math.max(end, startedAt + ms), 0) ||
    span.to;
  const loads = spansOf(timeline, "load", span.to).map(({ name, from, to }) => ({
    name,
    from,
    to,
  }));
  const [cause] = causesOf(subject);
  const failed = cause?.step;
  const seen = (name: string) =>
    series.filter((each) => each.name === name && each.points.some(([, value]) => value !== null));
  return {
    span,
    nodes: cluster?.nodes.map(({ name }) => name) ?? [...new Set(roles.map(({ node }) => node))],
    roles: answered(roles).map(({ t, node, role }, index, roles) => {
      const next = roles.slice(index + 1).find((each) => each.node === node);
      return { node, role, from: t, to: next?.t ?? span.to };
    }),
    faults: spansOf(timeline, "fault", span.to),
    loads,
    outages: loads.flatMap((load) =>
      outagesOf({ ...load, to: Math.min(load.to, stepsEnd) }, series)
    ),
    stepsEnd,
    steps: steps.filter(({ id }) => !steps.some((other) => other.id.startsWith(`${id}.`))),
    ...(failed?.startedAt === undefined ? {} : { failedAt: failed.startedAt + failed.ms }),
    throughput: series.filter(({ name, points }) =>
      name.endsWith(".acknowledged") ||
      (/\.(refused|unknown)$/.test(name) && points.some(isPositive))
    ),
    lagTime: seen("lag_time"),
    lagBytes: seen("lag_bytes"),
  };
}

/** Less what nodes seemed to be before their first answer: a first connection takes its time. */
function answered(roles: NonNullable<CaseResult["roles"]>): NonNullable<CaseResult["roles"]> {
  const heard = new Set<string>();
  return roles.filter(({ node, role, t }) => {
    if (role !== "silent") heard.add(node);
    return heard.has(node) ||
      !roles.some((later) => later.node === node && later.t > t && later.role !== "silent");
  });
}

/** The moment that counts as 0 for the reader: the beginning of the picture. */
export function zeroOf(subject: CaseResult): number {
  return courseOf(subject)?.span.from ?? subject.startedAt ?? 0;
}

function isPositive([, value]: [number, number | null]): boolean {
  return value !== null && value > 0;
}

/** Pairs beginnings with their ends; what has no end lasts as long as the picture. */
function spansOf(timeline: readonly Moment[], kind: "fault" | "load", end: number) {
  const [begun, over] = kind === "fault"
    ? ["fault-active", "fault-healed"]
    : ["load-started", "load-ended"];
  const taken = new Set<Moment>();
  return timeline.filter((each) => each.kind === begun).map((begin) => {
    const { t: from, name = "", node } = begin;
    const last = timeline.find((each) =>
      each.kind === over && each.t >= from && each.name === begin.name && each.node === node &&
      !taken.has(each)
    );
    if (last) taken.add(last);
    return {
      name,
      from,
      to: last?.t ?? end,
      isHealed: last !== undefined,
      ...(node === undefined ? {} : { node }),
    };
  });
}

/** Shorter than this is no outage: at a low rate a look without an acknowledged write is normal. */
const outageMsMin = 500;

/** Stretches of looks without an acknowledged write; each look tells of the time since the last. */
function outagesOf(load: Span & { name: string }, series: readonly Series[]) {
  const points = series.find(({ name }) => name === `${load.name}.acknowledged`)?.points ?? [];
  const outages: (Span & { load: string })[] = [];
  let from: number | undefined;
  for (const [index, [t, value]] of points.entries()) {
    if (value === 0 && t <= load.to) {
      from ??= points[index - 1]?.[0] ?? load.from;
      if (index < points.length - 1) continue;
    }
    const to = Math.min(value === 0 ? t : points[index - 1]?.[0] ?? t, load.to);
    if (from !== undefined && to - from >= outageMsMin) outages.push({ load: load.name, from, to });
    from = undefined;
  }
  return outages;
}

/** As few points as a picture can show, each stretch keeping its highest value. */
export function thinned(points: Series["points"], max = 800): Series["points"] {
  if (points.length <= max) return points;
  const size = Math.ceil(points.length / max);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const stretch = points.slice(index * size, (index + 1) * size);
    return stretch.reduce((best, each) => (each[1] ?? -1) > (best[1] ?? -1) ? each : best);
  });
}
