/**
 * Performs the steps of a case one after the other, nested ones inside their fault, and says how
 * each ended.
 *
 * @module
 */
import type { LogMark } from "../cluster/model.ts";
import { Observer } from "../cluster/observer.ts";
import { everyStep } from "../scenario/inner_steps.ts";
import type { Scenario, Step } from "../scenario/model.ts";
import { performersOf } from "../step/registry.ts";
import { Deadline, DeadlineError } from "../time/deadline.ts";
import { type Surroundings, unmet } from "./applies.ts";
import { explained } from "./explain.ts";
import type { LaneEnd, RunningLane } from "./lane.ts";
import { StepProblem, Stopped } from "./problem.ts";
import { problemOf } from "./problem_of.ts";
import type { CaseRecord } from "./record.ts";
import { markLogs, type Stage } from "./stage.ts";

/** A step did not pass, which has been said already: whatever encloses it ends too. */
class StepEnd extends Error {
  readonly verdict: "failed" | "error" | "skipped";
  /** Of the step that did not pass. */
  readonly title: string;

  constructor(verdict: "failed" | "error" | "skipped", title: string) {
    super(`"${title}" did not pass`);
    this.verdict = verdict;
    this.title = title;
  }
}

/** What steps in a row share: the section's time, or their lane's, and connections. */
interface Track {
  deadline: Deadline;
  actor: Observer;
}

/** Performs steps on a stage. */
export class Player {
  readonly #stage: Stage;
  readonly #record: CaseRecord;
  readonly #performerOf: ReturnType<typeof performersOf>;

  readonly #where: Surroundings | undefined;

  /** `where` is for the conditions of `when`; without it no step may have one. */
  constructor(scenario: Scenario, stage: Stage, record: CaseRecord, where?: Surroundings) {
    this.#where = where;
    this.#stage = stage;
    this.#record = record;
    this.#performerOf = performersOf(scenario);
  }

  /**
   * Performs steps in order; false at the first that does not pass, the rest is not reached. Lanes
   * in the background go on, see {@link Player.settle}.
   */
  async play(steps: readonly Step[], deadline: Deadline): Promise<boolean> {
    this.#stage.signal = deadline.signal;
    try {
      await this.#all(steps, { deadline, actor: this.#stage.actor });
      return true;
    } catch (error) {
      if (error instanceof StepEnd) return false;
      throw error;
    }
  }

  /**
   * Waits for the background lanes that no step has ended; when the steps did not pass they are
   * stopped first. False when one of them did not pass.
   */
  async settle(didPass: boolean): Promise<boolean> {
    const lanes = [...this.#stage.lanes.values()];
    this.#stage.lanes.clear();
    if (!didPass) { for (const lane of lanes) lane.stop(new Stopped("a step did not pass")); }
    const ends = await Promise.all(lanes.map((lane) => lane.ended));
    return ends.every((end) => end === undefined);
  }

  async #all(steps: readonly Step[], track: Track): Promise<void> {
    for (const step of steps) {
      const reason = unmet(step, this.#where);
      if (reason === undefined) await this.#one(step, track);
      else this.#skip(step, reason);
    }
  }

  #skip(step: Step, reason: string): void {
    for (const { id } of everyStep(step)) {
      const evidence = [{ kind: "when", text: reason }];
      this.#record.step(id, "skipped", { ms: 0, evidence });
    }
  }

  #lane(steps: readonly Step[], parent: Track): RunningLane {
    const stopping = new AbortController();
    // No time of its own: the section's.
    const deadline = new Deadline("lane", Infinity, parent.deadline, stopping.signal);
    return {
      ended: this.#runLane(steps, deadline),
      stop: (why) => stopping.abort(why),
    };
  }

  async #runLane(steps: readonly Step[], deadline: Deadline): Promise<LaneEnd | undefined> {
    await using actor = new Observer("pgproof scenario");
    try {
      await this.#all(steps, { deadline, actor });
      return undefined;
    } catch (error) {
      const [verdict, title] = error instanceof StepEnd
        ? [error.verdict, error.title]
        : ["error" as const, String(error)];
      return { verdict, title, error };
    }
  }

  async #one(step: Step, track: Track): Promise<void> {
    const { deadline, actor } = track;
    const [stage, record] = [this.#stage, this.#record];
    const startedAt = performance.now();
    record.emit({ type: "step-started", case: record.id, step: step.id });
    const logs = await markLogs(stage.cluster);
    stage.stepLogs.set(step.title, logs);
    stage.logsNow = logs;
    const perform = (nested: readonly Step[]) => this.#all(nested, track);
    const lane = (nested: readonly Step[]) => this.#lane(nested, track);
    try {
      deadline.signal.throwIfAborted();
      const play = { stage, deadline, actor, perform, lane };
      const outcome = await this.#performerOf(step)(step, play);
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
      return new StepEnd("skipped", step.title);
    }
    const found = ended(problemOf(what.error, step.title), signal);
    const told = await explained(found, {
      scene: this.#stage,
      since: what.logs,
      timeScale: this.#stage.timeScale,
    });
    this.#record.step(step.id, found.verdict, { ms, ...told });
    return new StepEnd(found.verdict, step.title);
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
