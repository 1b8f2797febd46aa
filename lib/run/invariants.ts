/**
 * `always:`: rules that are sampled through the whole run, each in a loop of its own. They are exact
 * and never retried: false for longer than `grace` is a violation and ends the case.
 *
 *     sample ── holds ──────────────> fine
 *       ├────── could not see, and a declared fault covers a node it looks at ──> excused
 *       └────── false, or could not see ── longer than grace ──> violated
 *
 * @module
 */
import type { LogMark } from "../cluster/model.ts";
import { Observer } from "../cluster/observer.ts";
import { unreachable } from "../fact/finding.ts";
import type { Look } from "../fact/kind.ts";
import type { Evidence, Problem } from "../result/event.ts";
import type { Invariant } from "../scenario/model.ts";
import { SqlError } from "../sql/session.ts";
import type { Eyes } from "../step/eyes.ts";
import { lookAtFact } from "../step/expect.ts";
import { lookOnce } from "../step/query.ts";
import { DeadlineError } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { sleep } from "../time/sleep.ts";
import { explained } from "./explain.ts";
import { limits } from "./limits.ts";
import { describeSqlError, Stopped } from "./problem.ts";
import { problemOf } from "./problem_of.ts";
import type { CaseRecord } from "./record.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { watchScene } from "./watch_scene.ts";

/** Code of a look at a load that the steps have not started yet: there is nothing to judge. */
const noLoad = "NoLoad";

/** What one sample came to. */
type Sample = { state: "fine" } | { state: "excused" } | { state: "bad"; look: Look };

/** Invariants being sampled. */
export interface Watch {
  /** Takes the last samples and says how each invariant ended; false when one did not hold. */
  end(): Promise<boolean>;
}

/** Begins to sample; `violated` is told of the first violation. */
export function watchInvariants(
  invariants: readonly Invariant[],
  on: { stage: Stage; record: CaseRecord; violated: (stop: Stopped) => void; signal: AbortSignal },
): Watch {
  const scene = watchScene(on.stage);
  const ending = new AbortController();
  const watches = invariants.map((invariant) => {
    const watched = new Watched(invariant, { ...on, scene });
    return watched.run(ending.signal).then((held) => {
      if (!held) on.violated(new Stopped(`the invariant "${invariant.title}" was violated`));
      return held;
    });
  });
  return {
    async end() {
      ending.abort();
      return (await Promise.all(watches)).every((held) => held);
    },
  };
}

/** One invariant and what was seen of it. */
class Watched {
  readonly #invariant: Invariant;
  readonly #on: { stage: Stage; scene: Scene; record: CaseRecord; signal: AbortSignal };
  readonly #startedAt = performance.now();
  #looks = 0;
  #excused = 0;
  #badSince: number | undefined;
  #worstBadMs = 0;
  /** Where the logs were when the invariant last held, or did not apply. */
  #logs: ReadonlyMap<string, LogMark>;
  /** A query is several statements, which those of another rule must not come between. */
  readonly #observer = new Observer("pgproof invariant");

  constructor(
    invariant: Invariant,
    on: { stage: Stage; scene: Scene; record: CaseRecord; signal: AbortSignal },
  ) {
    this.#invariant = invariant;
    this.#on = on;
    this.#logs = on.stage.logStart;
  }

  /** Samples until told to end; false when it was violated or never judged. */
  async run(ending: AbortSignal): Promise<boolean> {
    const { everyMs } = this.#invariant;
    const { signal } = this.#on;
    try {
      for (;;) {
        const isLast = ending.aborted;
        const dueAt = performance.now() + everyMs;
        const bad = await this.#judge();
        if (bad) return await this.#violated(bad);
        if (isLast && this.#badSince === undefined) return this.#endedWell();
        // Once the steps have ended, only a rule that is false now is sampled on, until grace decides.
        const wake = ending.aborted ? signal : AbortSignal.any([signal, ending]);
        await sleep(dueAt - performance.now(), wake).catch(() => {});
        signal.throwIfAborted();
      }
    } catch (error) {
      if (error instanceof Stopped || error instanceof DeadlineError) {
        return this.#endedWell("the case was stopped");
      }
      const { problem, verdict, evidence } = problemOf(error, this.#invariant.title);
      this.#say(verdict, { problem, evidence });
      return false;
    } finally {
      await this.#observer[Symbol.asyncDispose]();
    }
  }

  /** Takes one sample; returns the look when it has been bad for too long. */
  async #judge(): Promise<Look | undefined> {
    const { during, outside, graceMs } = this.#invariant;
    const { stage } = this.#on;
    const applies = () =>
      (!during || stage.faults.has(during)) && !(outside && stage.faults.has(outside));
    const askedAt = performance.now();
    const logs = stage.logsNow;
    if (!applies()) {
      this.#logs = logs;
      this.#badSince = undefined;
      return undefined;
    }
    const sample = await this.#sample();
    // What a fault did while the look was under way is not judged.
    if (!applies()) return undefined;
    if (sample.state === "excused") this.#excused++;
    else this.#looks++;
    if (sample.state === "fine") this.#logs = logs;
    if (sample.state !== "bad") {
      this.#badSince = undefined;
      return undefined;
    }
    // A look that could not decide says nothing of the time it took: blindness begins at its end.
    const isBlind = sample.look.holds === undefined && sample.look.code !== unreachable;
    this.#badSince ??= isBlind ? performance.now() : askedAt;
    const badMs = performance.now() - this.#badSince;
    this.#worstBadMs = Math.max(this.#worstBadMs, badMs);
    return badMs > graceMs * stage.timeScale || sample.look.final ? sample.look : undefined;
  }

  async #sample(): Promise<Sample> {
    const { signal, stage, scene } = this.#on;
    // A look that began under a fault may end after it: either is an excuse.
    const wasExcused = this.#isExcused();
    const isExcused = () => wasExcused || this.#isExcused();
    const { look: step } = this.#invariant;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limits.invariantLookMs)]);
    try {
      const look = step.verb === "expect"
        ? await lookAtFact(step, stage, { scene, roles: scene.roles, signal: limit })
        : await lookOnce(step, { stage, eyes: this.#eyes, signal: limit });
      if (look.holds) return { state: "fine" };
      if (look.holds === undefined && (look.code === noLoad || isExcused())) {
        return { state: "excused" };
      }
      return { state: "bad", look };
    } catch (error) {
      signal.throwIfAborted();
      const isTimeout = limit.aborted && error === limit.reason;
      if (!isTimeout && !(error instanceof SqlError && error.isAbsence)) throw error;
      if (isExcused()) return { state: "excused" };
      const seen = isTimeout
        ? `no answer within ${formatDuration(limits.invariantLookMs)}`
        : describeSqlError(error as SqlError);
      const expected = this.#invariant.title;
      return {
        state: "bad",
        look: { holds: undefined, code: unreachable, expected, seen, evidence: [] },
      };
    }
  }

  get #eyes(): Eyes {
    return { observer: this.#observer, roles: this.#on.scene.roles };
  }

  /** Whether something declared disturbs a node that the invariant looks at. */
  #isExcused(): boolean {
    const { disturbed, cluster } = this.#on.scene;
    const selector = this.#invariant.look.node;
    const named = cluster.nodes.find((node) => node.name === selector);
    return named ? disturbed.has(named) : disturbed.size > 0;
  }

  #endedWell(note?: string): boolean {
    if (this.#looks === 0 && note === undefined) {
      const { during } = this.#invariant;
      const seen = during
        ? `no sample while "${during}" was active`
        : `no sample could be judged, ${this.#excused} were excused by faults`;
      const problem = { code: "NoSample", expected: this.#invariant.title, seen, notes: [] };
      this.#say("error", { problem, evidence: [] });
      return false;
    }
    const longest = this.#worstBadMs > 0
      ? `, false for ${formatDuration(this.#worstBadMs)} at the longest`
      : "";
    const text = `${this.#looks} samples judged, ${this.#excused} excused${longest}`;
    const evidence = [{ kind: "samples", text: note ? `${text}; ${note}` : text }];
    this.#say(this.#looks === 0 ? "skipped" : "passed", { evidence });
    return true;
  }

  /** Looks for the cause before the case is told to end, which changes what there is to see. */
  async #violated(look: Look): Promise<boolean> {
    const { graceMs } = this.#invariant;
    const { scene, stage: { timeScale } } = this.#on;
    const lasted = formatDuration(performance.now() - (this.#badSince ?? performance.now()));
    const notes = [
      `false for ${lasted}, grace is ${formatDuration(graceMs)}; ` +
      `${this.#looks} samples judged, ${this.#excused} excused`,
    ];
    const isBlind = look.holds === undefined && look.code !== unreachable;
    const { code, expected, seen, evidence } = look;
    const found = { problem: { code, expected, seen, notes }, evidence };
    const told = await explained(found, { scene, since: this.#logs, timeScale });
    this.#say(isBlind ? "error" : "failed", told);
    return false;
  }

  #say(
    verdict: "passed" | "failed" | "error" | "skipped",
    more: { problem?: Problem; evidence: Evidence[] },
  ): void {
    const ms = performance.now() - this.#startedAt;
    this.#on.record.step(this.#invariant.id, verdict, { ms, looks: this.#looks, ...more });
  }
}
