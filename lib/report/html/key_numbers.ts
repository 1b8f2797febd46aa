/**
 * The three numbers of a run that people ask for first: writes that are missing, the longest outage
 * of clients, the oldest answer of a replica. Where nothing was looked at they say so.
 *
 * @module
 */
import type { CaseResult, Result } from "../../result/model.ts";
import { formatDuration } from "../../time/duration.ts";
import { courseOf } from "./course.ts";
import { hrefOf, type Markup, markup } from "./markup.ts";

/** A number and the case that has it. */
interface Found {
  value: number;
  subject: CaseResult;
}

/** The numbers, each with its objective where the stack declares one. */
export function keyNumbers({ cases, run }: Result): Markup {
  const { rtoMs, stalenessMs } = run.stack.objectives;
  const ledgers = cases.map((subject) => ({ subject, ...ledgerOf(subject) }));
  const judged = ledgers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const missing = worst(ledgers.map(({ subject, missing }) => ({ subject, value: missing })));
  const courses = cases.flatMap((subject) => {
    const course = subject.series && courseOf(subject);
    return course ? [{ subject, course }] : [];
  });
  const outage = worst(
    courses.filter(({ course }) => course.throughput.length > 0).map((each) => ({
      subject: each.subject,
      value: Math.max(0, ...each.course.outages.map(({ from, to }) => to - from)),
    })),
  );
  const lag = worst(
    courses.filter(({ course }) => course.lagTime.length > 0).map((each) => ({
      subject: each.subject,
      value: each.course.lagTime.flatMap(({ points }) => points)
        .reduce(
          (most, [t, v]) => t <= each.course.stepsEnd && v !== null && v > most ? v : most,
          0,
        ),
    })),
  );
  return markup`<div class="numbers">${
    box("Acknowledged writes missing", judged > 0 ? missing : undefined, {
      show: String,
      more: judged > 0
        ? `of ${judged.toLocaleString("en")} looked for${allowance(missing)}`
        : "none were looked for",
    })
  }${
    box("Longest outage of clients", outage, {
      show: duration,
      more: outage ? objective(rtoMs) : "no load was sampled",
    })
  }${
    box("Oldest answer of a replica", lag, {
      show: duration,
      more: lag ? objective(stalenessMs) : "lag was not sampled",
    })
  }</div>`;
}

/** Writes that a lost primary had not sent are missing, and that is what some scenarios expect. */
function allowance(missing: Found | undefined): string {
  const isFine = missing && missing.value > 0 &&
    ["passed", "flaky"].includes(missing.subject.verdict);
  return isFine ? "; its scenario allows it" : "";
}

function objective(ms: unknown): string {
  return typeof ms === "number" ? `faults included; objective ${duration(ms)}` : "faults included";
}

function duration(ms: number): string {
  return ms === 0 ? "none" : formatDuration(ms);
}

function box(
  title: string,
  found: Found | undefined,
  { show, more }: { show: (value: number) => string; more: string },
): Markup {
  const value = found ? show(found.value) : "–";
  const said = found && found.value > 0
    ? markup`<a href="${hrefOf("case", found.subject.id)}">${value}</a>`
    : value;
  return markup`<div><span>${title}</span><b>${said}</b><span class="dim">${more}</span></div>`;
}

function worst(all: readonly Found[]): Found | undefined {
  return all.reduce<Found | undefined>((a, b) => a && a.value >= b.value ? a : b, undefined);
}

/** What was looked for in a case, each load once, and the most that any node missed. */
function ledgerOf({ steps }: CaseResult): { acknowledged: number; missing: number } {
  const looked = steps.map(({ evidence }) =>
    evidence.flatMap(({ kind, data }) => kind === "ledger" ? [data as Record<string, unknown>] : [])
  ).filter((each) => each.some((data) => typeof data?.missing === "number"));
  const byLoad = new Map<string, number>();
  let missing = 0;
  for (const data of looked.flat()) {
    if (typeof data?.load === "string" && typeof data.acknowledged === "number") {
      byLoad.set(data.load, Math.max(byLoad.get(data.load) ?? 0, data.acknowledged));
    }
    if (typeof data?.missing === "number") missing = Math.max(missing, data.missing);
  }
  return { acknowledged: [...byLoad.values()].reduce((sum, each) => sum + each, 0), missing };
}
