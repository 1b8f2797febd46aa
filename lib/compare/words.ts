/**
 * The sentences that every output of a comparison is made of.
 *
 * @module
 */
import { showValue } from "../report/html/scale.ts";
import { exitCodes } from "../result/exit.ts";
import { signed } from "./gate.ts";
import type { CaseChange, Change, Comparison, Course, InEffect, MeasureChange } from "./model.ts";
import { citeLine } from "./side.ts";

/** What stands for a value that is masked on both sides, or not there. */
function valueText(value: string | undefined): string {
  if (value === undefined) return "(not set)";
  return value === "" ? "''" : value;
}

/** `64MB -> 0`. */
export function stepText({ before, after }: Pick<Change, "before" | "after">): string {
  if (before !== undefined && before === after) return `${before} -> another one`;
  return `${valueText(before)} -> ${valueText(after)}`;
}

/** What changed, in a few words: `wal_keep_size 64MB -> 0`. */
export function changeText(change: Change): string {
  const { kind, what, before, after } = change;
  if (kind === "file") {
    if (before === undefined) return `${what} is new`;
    if (after === undefined) return `${what} is gone`;
    return before === after ? `${what} has another content` : `${what}: ${before} -> ${after}`;
  }
  if (before === undefined) return `${what} added: ${after}`;
  if (after === undefined) return `${what} removed: ${before}`;
  return `${what} ${stepText(change)}`;
}

/** Where it stands: `postgresql.conf:20`, or in the base what the head has not. */
export function changePlace({ place }: Pick<Change, "place">): string {
  if (!place) return "";
  return place.side === "base" ? `${citeLine(place)} (in the base)` : citeLine(place);
}

/** `on master, replica1`; empty for the stack as a whole. */
export function nodesText({ nodes }: Pick<Change, "nodes">): string {
  return nodes.length === 0 ? "" : `on ${nodes.join(", ")}`;
}

/** What servers do differently that no declared change of a setting tells already. */
export function unexplained({ changes, inEffect }: Comparison): InEffect[] {
  const told = new Set(changes.filter(({ kind }) => kind === "setting").map(({ what }) => what));
  return inEffect.filter(({ name }) => !told.has(name));
}

/** `passed 2 of 2`. */
export function tallyText(tally: CaseChange["base"]): string {
  const { passed, failed, error, waived, unrun } = tally;
  const n = passed + failed + error + waived + unrun;
  if (n === 0) return "was not run";
  const parts = Object.entries({ passed, failed, error, waived, "not run": unrun })
    .filter(([, count]) => count > 0).map(([word, count]) => `${word} ${count}`);
  return `${parts.join(", ")} of ${n}`;
}

/** What a course is called where there is little room; all are at most nine wide. */
export const courseWords: Readonly<Record<Course, string>> = {
  broke: "BROKE",
  fails: "FAIL",
  undecided: "UNDECIDED",
  mended: "mended",
  waived: "waived",
  "not-run": "not run",
  passes: "ok",
};

/** The order in which courses are told. */
export const courses = Object.keys(courseWords) as Course[];

/** `2 turns of each side`. */
export function turnsText({ base, head }: NonNullable<Comparison["run"]>["turns"]): string {
  const turns = (n: number) => `${n} ${n === 1 ? "turn" : "turns"}`;
  if (base === head) return `${turns(base)} of each side`;
  return `${turns(base)} of the base, ${turns(head)} of the head`;
}

/** `+3ms, 95% confidence -1ms to +6ms`. */
export function differenceText({ difference, interval, unit }: MeasureChange): string {
  const by = signed(difference, unit);
  if (!interval) return `${by}, too few turns for an interval`;
  const percent = Number((100 * interval.confidence).toFixed(1));
  return `${by} (${percent}%: ${signed(interval.low, unit)} to ${signed(interval.high, unit)})`;
}

/** `4ms (3ms to 6ms, n=5)`. */
export function valuesText(
  { n, median, min, max }: MeasureChange["base"],
  unit: MeasureChange["unit"],
) {
  const [low, high] = [min, max].map((value) => showValue(value, unit));
  return `${showValue(median, unit)} (${low} to ${high}, n=${n})`;
}

/** What judged a measure, and how. */
export function ruleText({ gate, limit, unit }: MeasureChange): string {
  if (gate) return `${gate.verdict}: ${gate.rule}; ${gate.why}`;
  if (limit !== undefined) return `its scenario judges it: limit ${showValue(limit, unit)}`;
  return "no rule: for information";
}

/** What it came to, in one sentence. */
export function conclusion(comparison: Comparison): string {
  const { base, head, changes, reworded, cases, measures, run, exit } = comparison;
  if (exit === exitCodes.interrupted) return "INTERRUPTED: nothing is concluded";
  if (head.down !== undefined) {
    return base.down === undefined
      ? "FAILED: the head's stack does not come up, the base's does"
      : "ERROR: neither stack comes up";
  }
  if (!run) {
    if (changes.length > 0) return "NOTHING RAN";
    return reworded.length === 0
      ? "NOTHING CHANGED: the two stacks are the same; nothing had to be run"
      : `NOTHING CHANGED: only comments or layout differ in ${
        reworded.join(", ")
      }; nothing had to be run`;
  }
  const counts = courses.map((course) => {
    const n = cases.filter((subject) => subject.course === course).length;
    return n === 0 ? "" : `${n} ${sentence[course]}`;
  }).filter((text) => text !== "");
  const exceeded = measures.filter(({ gate }) => gate?.verdict === "exceeded").length;
  if (exceeded > 0) counts.unshift(`${exceeded} ${exceeded === 1 ? "gate" : "gates"} exceeded`);
  return `${endings[exit]}: ${counts.join(", ")}`;
}

const sentence: Readonly<Record<Course, string>> = {
  broke: "broke",
  fails: "failing that did not pass on the base either",
  undecided: "undecided",
  mended: "mended",
  waived: "waived",
  "not-run": "not run",
  passes: "passing on both",
};

const endings: Readonly<Record<number, string>> = {
  [exitCodes.passed]: "NOTHING BROKE",
  [exitCodes.failed]: "FAILED",
  [exitCodes.error]: "ERROR",
  [exitCodes.nothingSelected]: "NOTHING SELECTED",
  [exitCodes.nothingRun]: "NOTHING DECIDED",
};
