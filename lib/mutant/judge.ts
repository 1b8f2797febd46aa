/**
 * What became of a mutant, from the results of the cases that could see it. Pure.
 *
 * @module
 */
import type { CaseResult } from "../result/model.ts";
import type { Kill, Mutant, Outcome } from "./model.ts";

/** What was seen of a mutant: its cases, or why there could be none. */
export type Sight = { cases: readonly CaseResult[] } | { unusable: string };

/** What it comes to. */
export interface Judgement {
  outcome: Outcome;
  /** One line. */
  seen: string;
}

/** The first check of a case that did not pass. */
export interface Finding {
  /** Title of the step, invariant or precondition; for what belongs to none: {@link noStep}. */
  check: string;
  /** One line. */
  seen: string;
  /** All that was said, for patterns. */
  text: string;
}

/** The check of a problem that belongs to no step: the cluster did not come up. */
export const noStep = "the cluster";

/** The first finding of a case, in the order of its steps; undefined when there is none. */
export function findingOf({ steps, problems, evidence, cluster }: CaseResult): Finding | undefined {
  // A step that was stopped says nothing: what stopped it does.
  const step = steps.find(({ problem }) => problem && problem.code !== "Stopped");
  const [outside] = problems;
  if (step?.problem) {
    const { seen, notes } = step.problem;
    const lines = [seen, ...notes, ...step.evidence.map(({ text }) => text)];
    return { check: step.title, seen, text: lines.join("\n") };
  }
  if (!outside) return undefined;
  const lines = [outside.seen, ...evidence.map(({ text }) => text)];
  const check = cluster ? "outside any step" : noStep;
  return { check, seen: outside.seen, text: lines.join("\n") };
}

/** Judges one mutant; with several cases the worst counts. */
export function judge(mutant: Pick<Mutant, "kill">, sight: Sight): Judgement {
  const { kill } = mutant;
  if ("unusable" in sight) return kill ? judgeStart(kill, sight.unusable) : invalid(sight.unusable);
  const judged = sight.cases.map((each) => kill ? judgeKill(kill, each) : judgeGreen(each));
  for (const outcome of worstFirst) {
    const found = judged.find((each) => each.outcome === outcome);
    if (found) return found;
  }
  return invalid("no case looked at it");
}

const worstFirst: readonly Outcome[] = [
  "invalid",
  "false-alarm",
  "survived",
  "killed-otherwise",
  "not-run",
  "killed",
  "equivalent",
];

function invalid(seen: string): Judgement {
  return { outcome: "invalid", seen };
}

function judgeStart({ start }: Kill, said: string): Judgement {
  const [first = ""] = said.split("\n");
  if (start === undefined) return invalid(first);
  const isIt = new RegExp(start).test(said);
  return { outcome: isIt ? "killed" : "killed-otherwise", seen: lineOf(said, start) };
}

function judgeKill(kill: Kill, subject: CaseResult): Judgement {
  const { verdict, reason = "" } = subject;
  if (verdict === "not-run") return { outcome: "not-run", seen: reason };
  if (verdict === "passed" || verdict === "flaky") {
    return { outcome: "survived", seen: `${subject.id} passed` };
  }
  const finding = findingOf(subject);
  if (!finding) return invalid(`${subject.id}: ${verdict} ${reason}`);
  const { check, seen, text } = finding;
  if (check === noStep) return judgeStart(kill, text);
  const said = `${check}: ${seen}`;
  // Undecided is not seen.
  if (verdict !== "failed") return invalid(said);
  const isIt = check === kill.check && new RegExp(kill.seen ?? "").test(text);
  return { outcome: isIt ? "killed" : "killed-otherwise", seen: said };
}

function judgeGreen(subject: CaseResult): Judgement {
  const { verdict, reason = "" } = subject;
  if (verdict === "not-run") return { outcome: "not-run", seen: reason };
  if (verdict === "passed") return { outcome: "equivalent", seen: `${subject.id} passed` };
  const finding = findingOf(subject);
  const said = `${subject.id}: ${finding ? `${finding.check}: ${finding.seen}` : verdict}`;
  return verdict === "failed" ? { outcome: "false-alarm", seen: said } : invalid(said);
}

/** The line that the pattern is about, or the first. */
function lineOf(text: string, pattern: string): string {
  const lines = text.split("\n");
  return lines.find((line) => new RegExp(pattern).test(line)) ?? lines[0] ?? "";
}
