/**
 * Looking until something holds, and keeps holding: `within`, `for` and `every` of `query`,
 * `expect` and the invariants.
 *
 *     within ───────────────┐
 *     look look look(true)  │  for ──────────┐
 *                    └──────┴─ true ... true ┘ passed
 *
 * @module
 */
import type { Look } from "../fact/kind.ts";
import type { Play } from "./kind.ts";
import { limits } from "../run/limits.ts";
import { describeSqlError, StepProblem } from "../run/problem.ts";
import type { Timing } from "../scenario/model.ts";
import { SqlError } from "../sql/session.ts";
import { Deadline, DeadlineError } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { sleep } from "../time/sleep.ts";

/** What an observation found. */
export interface Observation {
  last: Look;
  looks: number;
  /** From the start until the look that found it true was sent back, in milliseconds. */
  trueAfterMs: number;
  /** How much earlier it may have become true: the time since the look before, in milliseconds. */
  uncertaintyMs: number;
}

/** First pause between looks; it grows to the last, so that quick changes are timed well. */
const firstPauseMs = 2;
const lastPauseMs = 100;
const holdPauseMs = 250;

/** What to observe and how. */
export interface ObserveOptions extends Timing {
  play: Play;
  /** What is expected, for when no look ever came to an end. */
  expected: string;
}

/**
 * Looks as often as the timing says.
 * @throws {StepProblem} when it did not become true, or did not stay true.
 */
export async function observe(
  look: (signal: AbortSignal) => Promise<Look>,
  options: ObserveOptions,
): Promise<Observation> {
  const scale = options.play.stage.timeScale;
  const withinMs = options.withinMs === undefined ? undefined : options.withinMs * scale;
  const forMs = options.forMs ?? 0;
  const name = withinMs === undefined
    ? `step (${formatDuration(limits.stepMs * scale)})`
    : `step (within ${formatDuration(withinMs)})`;
  const slackMs = forMs > 0 ? forMs + limits.stepMs * scale : 0;
  const limitMs = withinMs ?? limits.stepMs * scale;
  using deadline = new Deadline(name, limitMs, options.play.deadline);
  using holdDeadline = new Deadline(
    `step (for ${formatDuration(forMs)})`,
    limitMs + slackMs,
    options.play.deadline,
  );
  return await new Watch(look, options, { deadline, holdDeadline, forMs }).run(withinMs);
}

/** The loop of one observation. */
class Watch {
  #looks = 0;
  #last: Look | undefined;
  readonly #startedAt = performance.now();

  constructor(
    readonly look: (signal: AbortSignal) => Promise<Look>,
    readonly options: ObserveOptions,
    readonly limits: { deadline: Deadline; holdDeadline: Deadline; forMs: number },
  ) {}

  async run(withinMs: number | undefined): Promise<Observation> {
    const { deadline, holdDeadline, forMs } = this.limits;
    for (;;) {
      const found = await this.#until(deadline, withinMs !== undefined);
      if (forMs === 0) return found;
      const lostAfterMs = await this.#hold(forMs, holdDeadline);
      if (lostAfterMs === undefined) return { ...found, looks: this.#looks };
      // It may settle later, but only as long as `within` allows a new start.
      if (withinMs === undefined || deadline.leftMs === 0) {
        const held = `held ${formatDuration(lostAfterMs)} of ${formatDuration(forMs)}`;
        throw this.#problem([held]);
      }
    }
  }

  /** Looks until it holds. */
  async #until(deadline: Deadline, repeat: boolean): Promise<Observation> {
    let before = performance.now();
    let pauseMs = this.options.everyMs ?? firstPauseMs;
    for (;;) {
      const sentAt = performance.now();
      const look = await this.#once(deadline);
      const now = performance.now();
      if (look?.holds) {
        const uncertaintyMs = this.#looks === 1 ? now - sentAt : now - before;
        return {
          last: look,
          looks: this.#looks,
          trueAfterMs: now - this.#startedAt,
          uncertaintyMs,
        };
      }
      if (look?.final || !repeat || deadline.signal.aborted) {
        throw this.#problem(this.#ending(deadline));
      }
      before = sentAt;
      await sleep(pauseMs, deadline.signal).catch(() => {});
      if (deadline.signal.aborted) throw this.#problem(this.#ending(deadline));
      if (!this.options.everyMs) pauseMs = Math.min(lastPauseMs, pauseMs * 1.5);
    }
  }

  /** Looks while it must hold; undefined when it did, else how long it did, in milliseconds. */
  async #hold(forMs: number, deadline: Deadline): Promise<number | undefined> {
    const since = performance.now();
    const pauseMs = this.options.everyMs ?? holdPauseMs;
    for (;;) {
      const leftMs = forMs - (performance.now() - since);
      if (leftMs <= 0) return undefined;
      await sleep(Math.min(pauseMs, leftMs), deadline.signal).catch(() => {});
      const look = await this.#once(deadline);
      if (!look?.holds) return performance.now() - since;
    }
  }

  /** One look; undefined when the deadline ended it before it saw anything. */
  async #once(deadline: Deadline): Promise<Look | undefined> {
    try {
      const look = await this.look(deadline.signal);
      this.#looks++;
      this.#last = look;
      return look;
    } catch (error) {
      this.#rethrowStop();
      if (error instanceof SqlError && error.isAbsence) {
        // What an earlier look saw says more than "no answer in time" does.
        if (deadline.signal.aborted && this.#last) return undefined;
        this.#looks++;
        return this.#last = this.#unseen(error);
      }
      if (
        deadline.signal.aborted &&
        (error === deadline.signal.reason || error instanceof DeadlineError)
      ) {
        return undefined;
      }
      throw error;
    }
  }

  /** An interrupt or a violated invariant ends the step as such, not as its own failure. */
  #rethrowStop() {
    const { signal } = this.options.play.deadline;
    if (signal.aborted && !(signal.reason instanceof DeadlineError)) throw signal.reason;
  }

  #unseen(error: SqlError): Look {
    return {
      holds: undefined,
      code: "Unreachable",
      expected: this.#last?.expected ?? this.options.expected,
      seen: describeSqlError(error),
      evidence: [],
    };
  }

  #ending(deadline: Deadline): string[] {
    this.#rethrowStop();
    const elapsed = formatDuration(performance.now() - this.#startedAt);
    const looked = `looked ${this.#looks === 1 ? "once" : `${this.#looks} times`} in ${elapsed}`;
    const ended = deadline.endedBy;
    return [ended ? `${looked}; ended by the deadline of the ${ended}` : looked];
  }

  #problem(notes: string[]): StepProblem {
    const last = this.#last;
    if (!last) {
      const { expected } = this.options;
      return new StepProblem("error", {
        code: "NotSeen",
        expected,
        seen: "no look came to an end",
        notes,
      });
    }
    // A server that does not answer is the stack's failure; a check that saw nothing is ours.
    const verdict = last.holds === undefined && last.code !== "Unreachable" ? "error" : "failed";
    const { code, expected, seen } = last;
    return new StepProblem(verdict, { code, expected, seen, notes }, last.evidence);
  }
}
