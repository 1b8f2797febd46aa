/**
 * What happened in one case so far: says it as events, and remembers the worst.
 *
 * @module
 */
import type { Emit, Evidence, Problem, Verdict } from "../result/event.ts";
import type { StepProblem } from "./problem.ts";

/** The record of one case. */
export class CaseRecord {
  readonly id: string;
  readonly emit: Emit;
  readonly #startedAt = performance.now();
  readonly #problems: Problem[] = [];
  #verdict: "passed" | "failed" | "error" = "passed";

  constructor(id: string, emit: Emit) {
    this.id = id;
    this.emit = emit;
  }

  /** The worst so far. */
  get verdict(): "passed" | "failed" | "error" {
    return this.#verdict;
  }

  /** What went wrong outside any step so far. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** A step or invariant ended. */
  step(step: string, verdict: Verdict, more: {
    ms: number;
    evidence: Evidence[];
    problem?: Problem;
    looks?: number;
  }): void {
    this.#worsen(verdict);
    this.emit({ type: "step-ended", case: this.id, step, verdict, ...more });
  }

  /** Something outside any step went wrong. */
  problem({ verdict, problem, evidence }: StepProblem): void {
    this.#worsen(verdict);
    this.#problems.push(problem);
    if (evidence.length > 0) this.note("evidence", problem.seen, evidence);
  }

  /** Anything else worth a line. */
  note(
    kind: "evidence" | "undo" | "undo-failed" | "warning",
    text: string,
    evidence?: Evidence[],
  ): void {
    const more = evidence ? { evidence } : {};
    this.emit({ type: "note", case: this.id, kind, text, ...more });
  }

  /** The case ended. */
  ended(): "passed" | "failed" | "error" {
    const ms = performance.now() - this.#startedAt;
    const [verdict, problems] = [this.#verdict, this.#problems];
    this.emit({ type: "case-ended", case: this.id, verdict, ms, problems });
    return verdict;
  }

  /** A failed assertion is a finding; an error beside it does not take it back. */
  #worsen(verdict: Verdict) {
    if (verdict === "failed") this.#verdict = "failed";
    if (verdict === "error" && this.#verdict === "passed") this.#verdict = "error";
  }
}
