/**
 * Runs the cases of a plan on some workers. An error may be retried, a failure never.
 *
 * @module
 */
import type { Target } from "../cluster/model.ts";
import { faults } from "../fault/registry.ts";
import { lacksPgbench } from "../load/pgbench_program.ts";
import { operations } from "../operation/registry.ts";
import type { Emit } from "../result/event.ts";
import { stepsOf } from "../scenario/inner_steps.ts";
import type { Case, Scenario, Value } from "../scenario/model.ts";
import { lackingObjective } from "../scenario/objectives.ts";
import { judgesNothing } from "./applies.ts";
import { versionOrder } from "../cluster/version.ts";
import type { KeepHistory } from "../workload/model.ts";
import { runCase } from "./case.ts";
import { Stopped } from "./problem.ts";

/** How to run a plan. */
export interface RunnerOptions {
  target: Target;
  /** The target of a case, where they differ: one for each version of PostgreSQL. */
  targetOf?: (subject: Case) => Target;
  /** What scenarios may do beyond their cluster: `exec`. Default: nothing. */
  allow?: readonly string[];
  emit: Emit;
  /** How many cases run at once. */
  workers: number;
  /** How often a case that ended in an error is tried again, unless its scenario says so itself. */
  retries: number;
  /** Start no further case once one did not pass. */
  failFast: boolean;
  /** Whether somebody has accepted that this case fails; such a failure ends no run. */
  isWaived?: (subject: Case) => boolean;
  /** Multiplies every time limit. */
  timeScale: number;
  /** As in `CaseOptions`. */
  keepHistory?: KeepHistory | undefined;
  /** As in `CaseOptions`. */
  keeps?: (verdict: "passed" | "failed" | "error") => boolean;
  /** Aborts with {@link Stopped} on an interrupt. */
  signal: AbortSignal;
}

/** Runs every case; those that cannot run here or are not reached say why. */
export function runCases(cases: readonly Case[], options: RunnerOptions): Promise<void> {
  return runInTurns([{ ...options, cases }]);
}

/** A side of a comparison, with its cases: the same ones in the same order on every side. */
export interface RunnerSide extends RunnerOptions {
  cases: readonly Case[];
}

/**
 * Runs every case on each side before the next case: so what disturbs the machine disturbs all sides.
 * They take turns in being the first, `first` is that for the first case. The first side says how many
 * workers there are.
 */
export async function runInTurns(sides: readonly RunnerSide[], first = 0): Promise<void> {
  const waiting = sides[0]!.cases.map((_, index) => {
    const at = (first + index) % sides.length;
    return [...sides.slice(at), ...sides.slice(0, at)]
      .map((side) => ({ side, subject: side.cases[index]! }))
      .filter(({ side, subject }) => canRun(subject, side));
  }).filter((able) => able.length > 0);
  const failed = new Set<RunnerOptions>();
  const lane = async (worker: number) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      for (const { side, subject } of next) {
        const isOver = side.failFast && failed.has(side);
        if (!await isFine(subject, side, { worker, isOver })) failed.add(side);
      }
    }
  };
  const lanes = Math.max(1, Math.min(sides[0]!.workers, waiting.length));
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index + 1)));
}

/** Says of a case that cannot run why. */
function canRun(subject: Case, options: RunnerOptions): boolean {
  const { scenario, combination } = subject;
  const { emit, allow } = options;
  const reason = lacking(scenario, targetFor(subject, options), { allow, combination });
  if (reason !== undefined) endUnrun(subject, { verdict: "not-run", reason, emit });
  return reason === undefined;
}

/** Runs a case unless its run is over; false where it did not pass and nobody has accepted that. */
async function isFine(
  subject: Case,
  options: RunnerOptions,
  { worker, isOver }: { worker: number; isOver: boolean },
): Promise<boolean> {
  const { emit, signal } = options;
  if (signal.aborted || isOver) {
    const reason = signal.aborted ? (signal.reason as Stopped).message : "--fail-fast";
    endUnrun(subject, { verdict: "skipped", reason, emit });
    return true;
  }
  const verdict = await attempt(subject, worker, options);
  return verdict === "passed" || (verdict === "failed" && options.isWaived?.(subject) === true);
}

async function attempt(subject: Case, worker: number, options: RunnerOptions) {
  const retries = subject.scenario.retries ?? options.retries;
  const target = targetFor(subject, options);
  for (let attempt = 1;; attempt++) {
    const verdict = await runCase(subject, { ...options, target, worker, attempt });
    if (verdict !== "error" || attempt > retries || options.signal.aborted) return verdict;
  }
}

function targetFor(subject: Case, { target, targetOf }: RunnerOptions): Target {
  return targetOf ? targetOf(subject) : target;
}

function endUnrun(
  subject: Case,
  how: { verdict: "not-run" | "skipped"; reason: string; emit: Emit },
): void {
  const { verdict, reason, emit } = how;
  emit({ type: "case-ended", case: subject.id, verdict, ms: 0, problems: [], reason });
}

/** What decides whether a case can run, beside its scenario and the target. */
export interface Circumstances {
  /** As {@link RunnerOptions.allow}. */
  allow?: readonly string[] | undefined;
  /** The combination of the matrix; its axes `postgres` and `target` say where the case runs. */
  combination?: Record<string, Value>;
}

/** Why a scenario cannot run on a target; undefined when it can. */
export function lacking(
  scenario: Scenario,
  target: Target,
  { allow = [], combination = {} }: Circumstances = {},
): string | undefined {
  const elsewhere = otherPlace(target, combination);
  if (elsewhere !== undefined) return elsewhere;
  const needed = new Set(scenario.requires);
  const reasons: (string | undefined)[] = [];
  const steps = stepsOf(scenario);
  for (const step of steps) {
    const kind = step.verb === "fault"
      ? faults.get(step.fault)
      : step.verb === "do"
      ? operations.get(step.operation)
      : undefined;
    for (const word of kind?.requires ?? []) needed.add(word);
  }
  if (steps.some((step) => "through" in step)) needed.add("pooler");
  if (steps.some(({ verb }) => verb === "exec") && !allow.includes("exec")) {
    reasons.push("exec is off, it needs --allow exec");
  }
  if (scenario.load.some(({ pgbench }) => pgbench !== undefined)) reasons.push(lacksPgbench());
  for (const word of ["archive", "checksums"] as const) {
    if (scenario.cluster[word] === undefined || target.changes?.includes(word)) continue;
    reasons.push(`the ${target.name} target cannot change ${word}`);
  }
  const { stack } = target;
  reasons.push(...[...needed].map((word) => {
    const objective = lackingObjective(word, stack);
    return objective ? objective.reason : target.lacks(word);
  }));
  if (judgesNothing(scenario, target)) {
    const { name, postgres: { text } } = target;
    reasons.push(`nothing would be checked on ${name} with PostgreSQL ${text}: see its "when"`);
  }
  return reasons.filter((reason) => reason).join("; ") || undefined;
}

/** A combination that is for another version or target must not run here, and pass for that one. */
function otherPlace(target: Target, { postgres, target: name }: Record<string, Value>) {
  if (name !== undefined && name !== target.name) return `it is for the ${name} target`;
  if (postgres === undefined) return undefined;
  const isThere = versionOrder(target.postgres.number, String(postgres)) === 0;
  return isThere ? undefined : `it is for PostgreSQL ${postgres}, here is ${target.postgres.text}`;
}
