/**
 * Performs the steps of a case one after the other, nested ones inside their fault, and says how
 * each ended.
 *
 * @module
 */
import type { LogMark, Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scenario, Step } from "../scenario/model.ts";
import { performersOf } from "../step/registry.ts";
import type { Deadline } from "../time/deadline.ts";
import { DeadlineError } from "../time/deadline.ts";
import { problemOf, StepProblem, Stopped } from "./problem.ts";
import type { CaseRecord } from "./record.ts";
import { markLogs, type Stage } from "./stage.ts";

/** Lines of each server's log that a failed step keeps. */
const logLinesMax = 20;

/** A step did not pass, which has been said already: whatever encloses it ends too. */
class StepEnd extends Error {
  readonly verdict: "failed" | "error" | "skipped";

  constructor(verdict: "failed" | "error" | "skipped") {
    super("a nested step did not pass");
    this.verdict = verdict;
  }
}

/** Performs steps on a stage. */
export class Player {
  readonly #stage: Stage;
  readonly #record: CaseRecord;
  readonly #performerOf: ReturnType<typeof performersOf>;

  constructor(scenario: Scenario, stage: Stage, record: CaseRecord) {
    this.#stage = stage;
    this.#record = record;
    this.#performerOf = performersOf(scenario);
  }

  /** Performs steps in order; false at the first that does not pass, the rest is not reached. */
  async play(steps: readonly Step[], deadline: Deadline): Promise<boolean> {
    this.#stage.signal = deadline.signal;
    try {
      await this.#all(steps, deadline);
      return true;
    } catch (error) {
      if (error instanceof StepEnd) return false;
      throw error;
    }
  }

  async #all(steps: readonly Step[], deadline: Deadline): Promise<void> {
    for (const step of steps) await this.#one(step, deadline);
  }

  async #one(step: Step, deadline: Deadline): Promise<void> {
    const [stage, record] = [this.#stage, this.#record];
    const startedAt = performance.now();
    record.emit({ type: "step-started", case: record.id, step: step.id });
    const logs = await markLogs(stage.cluster);
    stage.stepLogs.set(step.title, logs);
    const perform = (nested: readonly Step[]) => this.#all(nested, deadline);
    try {
      deadline.signal.throwIfAborted();
      const outcome = await this.#performerOf(step)(step, { stage, deadline, perform });
      record.step(step.id, "passed", { ms: performance.now() - startedAt, ...outcome });
    } catch (error) {
      const ms = performance.now() - startedAt;
      if (error instanceof StepEnd) {
        record.step(step.id, error.verdict, { ms, evidence: [] });
        throw error;
      }
      throw await this.#failed(step, { error, ms, logs, signal: deadline.signal });
    }
  }

  async #failed(step: Step, what: {
    error: unknown;
    ms: number;
    logs: ReadonlyMap<string, LogMark>;
    signal: AbortSignal;
  }): Promise<StepEnd> {
    const { ms, signal } = what;
    const stopped = stopOf(what.error, signal);
    if (stopped) {
      const problem = {
        code: "Stopped",
        expected: step.title,
        seen: stopped.message,
        notes: [],
      };
      this.#record.step(step.id, "skipped", { ms, evidence: [], problem });
      return new StepEnd("skipped");
    }
    const found = ended(problemOf(what.error, step.title), signal);
    const evidence = [...found.evidence, ...await logsSince(this.#stage.cluster.nodes, what.logs)];
    this.#record.step(step.id, found.verdict, { ms, problem: found.problem, evidence });
    return new StepEnd(found.verdict);
  }
}

/** The interrupt or violation that ended a step, whatever error it travelled in. */
function stopOf(error: unknown, signal: AbortSignal): Stopped | undefined {
  if (error instanceof Stopped) return error;
  return signal.aborted && signal.reason instanceof Stopped ? signal.reason : undefined;
}

/** Names the scenario's deadline when it is that one which ended the step. */
function ended(found: StepProblem, signal: AbortSignal): StepProblem {
  const { reason } = signal;
  if (!signal.aborted || !(reason instanceof DeadlineError)) return found;
  const { problem, verdict, evidence } = found;
  const said = [problem.seen, ...problem.notes].some((text) => text.includes(reason.deadline));
  if (said) return found;
  return new StepProblem(
    verdict,
    { ...problem, notes: [...problem.notes, reason.message] },
    evidence,
  );
}

/** The last lines that each server wrote since the marks. */
export async function logsSince(
  nodes: readonly Node[],
  marks: ReadonlyMap<string, LogMark>,
): Promise<Evidence[]> {
  const found = await Promise.all(nodes.map(async (node) => {
    const since = marks.get(node.name);
    if (since === undefined) return [];
    const lines = await node.readLog(since, logLinesMax);
    return lines.map((text) => ({ kind: "log", node: node.name, text }));
  }));
  return found.flat();
}
