/**
 * Why a case did not pass: its problems in the order in which they arose, the first cause first.
 *
 * @module
 */
import type { Evidence, Problem } from "../result/event.ts";
import type { CaseResult, StepResult } from "../result/model.ts";

/** One problem and where it belongs. */
export interface Cause {
  verdict: "failed" | "error";
  problem: Problem;
  /** Absent: outside any step. */
  step?: StepResult;
  evidence: Evidence[];
}

/** Empty for a case that did not fail, never empty for one that did. */
export function causesOf(subject: CaseResult): Cause[] {
  const { verdict } = subject;
  if (verdict !== "failed" && verdict !== "error") return [];
  const ofSteps = subject.steps
    .flatMap((step) => causeOf(step) ?? [])
    .sort((a, b) => endOf(a.step) - endOf(b.step));
  const ofCase = subject.problems.map((problem): Cause => ({
    verdict: ofSteps.length > 0 ? "error" : verdict,
    problem,
    evidence: [],
  }));
  const causes = [...ofSteps, ...ofCase];
  return causes.length > 0 ? causes : [{ verdict, problem: unexplained(subject), evidence: [] }];
}

/** A step that only encloses the one that failed has no problem of its own. */
function causeOf(step: StepResult): (Cause & { step: StepResult }) | undefined {
  const { verdict, problem, evidence } = step;
  if ((verdict !== "failed" && verdict !== "error") || !problem) return undefined;
  return { verdict, problem, step, evidence };
}

function endOf({ startedAt = 0, ms }: StepResult): number {
  return startedAt + ms;
}

function unexplained({ reason, verdict }: CaseResult): Problem {
  const seen = reason ?? `the case ended as ${verdict} and gave no reason`;
  return { code: "Unexplained", expected: "a reason", seen, notes: [] };
}

/** `expected X, saw Y`: the problem in one line. */
export function problemLine({ expected, seen }: Problem): string {
  return `expected ${expected}, saw ${seen}`;
}

/** The problem in one line, with its first likely cause where one was found. */
export function reasonLine(problem: Problem): string {
  const [cause] = problem.notes.flatMap((note) =>
    /^likely cause: (.*?)(?: \(|$)/.exec(note)?.[1] ?? []
  );
  return cause === undefined
    ? problemLine(problem)
    : `${problemLine(problem)}; likely cause: ${cause}`;
}

/** Where a reader should look: the first cause's step, else where the scenario begins. */
export function placeOf(subject: CaseResult): { file: string; line: number } {
  const place = causesOf(subject)[0]?.step?.place;
  return { file: place?.file ?? subject.file, line: place?.line ?? subject.line };
}

/** The first thing that went wrong. */
export function headline(subject: CaseResult): Problem {
  return causesOf(subject)[0]?.problem ?? unexplained(subject);
}
