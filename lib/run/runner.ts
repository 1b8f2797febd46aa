/**
 * Runs the cases of a plan on some workers. An error may be retried, a failure never.
 *
 * @module
 */
import type { Target } from "../cluster/model.ts";
import { faults } from "../fault/registry.ts";
import { operations } from "../operation/registry.ts";
import type { Emit } from "../result/event.ts";
import type { Case, Scenario, Step } from "../scenario/model.ts";
import { runCase } from "./case.ts";
import { Stopped } from "./problem.ts";

/** How to run a plan. */
export interface RunnerOptions {
  target: Target;
  emit: Emit;
  /** How many cases run at once. */
  workers: number;
  /** How often a case that ended in an error is tried again. */
  retries: number;
  /** Start no further case once one did not pass. */
  failFast: boolean;
  /** Multiplies every time limit. */
  timeScale: number;
  /** Aborts with {@link Stopped} on an interrupt. */
  signal: AbortSignal;
}

/** Runs every case; those that cannot run here or are not reached say why. */
export async function runCases(cases: readonly Case[], options: RunnerOptions): Promise<void> {
  const { emit, target, signal } = options;
  const waiting: Case[] = [];
  for (const subject of cases) {
    const reason = lacking(subject.scenario, target);
    if (reason === undefined) waiting.push(subject);
    else endUnrun(subject, { verdict: "not-run", reason, emit });
  }
  let hasFailed = false;
  const lane = async (worker: number) => {
    for (let subject = waiting.shift(); subject; subject = waiting.shift()) {
      if (signal.aborted || (options.failFast && hasFailed)) {
        const reason = signal.aborted ? (signal.reason as Stopped).message : "--fail-fast";
        endUnrun(subject, { verdict: "skipped", reason, emit });
        continue;
      }
      if (await attempt(subject, worker, options) !== "passed") hasFailed = true;
    }
  };
  const lanes = Math.max(1, Math.min(options.workers, waiting.length));
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index + 1)));
}

async function attempt(subject: Case, worker: number, options: RunnerOptions) {
  for (let attempt = 1;; attempt++) {
    const verdict = await runCase(subject, { ...options, worker, attempt });
    if (verdict !== "error" || attempt > options.retries || options.signal.aborted) return verdict;
  }
}

function endUnrun(
  subject: Case,
  how: { verdict: "not-run" | "skipped"; reason: string; emit: Emit },
): void {
  const { verdict, reason, emit } = how;
  emit({ type: "case-ended", case: subject.id, verdict, ms: 0, problems: [], reason });
}

/** Why a scenario cannot run on a target; undefined when it can. */
export function lacking(scenario: Scenario, target: Target): string | undefined {
  const needed = new Set(scenario.requires);
  const visit = (step: Step) => {
    if (step.verb === "fault") {
      for (const word of faults.get(step.fault)?.requires ?? []) needed.add(word);
      step.while?.forEach(visit);
    }
    if (step.verb === "do") {
      for (const word of operations.get(step.operation)?.requires ?? []) needed.add(word);
    }
  };
  [scenario.setup, scenario.steps, scenario.finally].flat().forEach(visit);
  const reasons = [...needed].map((word) => target.lacks(word)).filter((reason) => reason);
  return reasons.length > 0 ? reasons.join("; ") : undefined;
}
