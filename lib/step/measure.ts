/**
 * `measure`: what an observing step measured, kept under a name with the limit it was judged by.
 *
 * A fact with values of its own gives those of every look while it held, so `for` and `every` make a
 * sample of them; when it does not hold, those of the last look. Any other gives the time until it
 * became true.
 *
 * @module
 */
import type { Look } from "../fact/kind.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { Measure } from "../result/event.ts";
import { measureOf } from "../result/measure.ts";
import type { Comparison, StepBase } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import type { Observation } from "./observe.ts";

/** A step that may keep what it measures. */
export interface Measuring extends StepBase {
  measure?: string;
  compare?: Comparison;
  withinMs?: number;
}

/** What is told of a measure beside its values. */
type Judged = Pick<Measure, "limit" | "bound" | "verdict" | "uncertainty">;

/** What a step came to. */
type Outcome = NonNullable<Measure["verdict"]>;

/** The bounds that are a limit, the one that people mean first. */
const bounds = ["below", "at_most", "above", "at_least"] as const;

/** Keeps what one step measures. Does nothing for a step without `measure`. */
export class Meter {
  readonly #stage: Stage;
  readonly #step: Measuring;
  readonly #startedAt = performance.now();
  #values = new Map<Measure["unit"], number[]>();
  #holds = false;

  constructor(stage: Stage, step: Measuring) {
    this.#stage = stage;
    this.#step = step;
  }

  /** Hears of every look. */
  looked(look: Look): void {
    // What was seen before it held, or before it held anew, is not of the time in which it does.
    if (!look.holds || !this.#holds) this.#values = new Map();
    this.#holds = look.holds === true;
    for (const { unit, value } of look.measured ?? []) {
      const values = this.#values.get(unit);
      if (values) values.push(value);
      else this.#values.set(unit, [value]);
    }
  }

  /** The step passed. */
  passed({ trueAfterMs, uncertaintyMs }: Pick<Observation, "trueAfterMs" | "uncertaintyMs">): void {
    if (this.#values.size > 0) return this.#emitValues("passed");
    this.#emitTime(trueAfterMs, "passed", uncertaintyMs);
  }

  /** The step did not pass; throws what ended it again. */
  ended(error: unknown): never {
    const verdict = error instanceof StepProblem ? error.verdict : "error";
    const waits = this.#step.withinMs !== undefined &&
      Object.keys(this.#step.compare ?? {}).length === 0;
    if (this.#values.size > 0) this.#emitValues(verdict);
    else if (waits) this.#emitTime(performance.now() - this.#startedAt, verdict, 0);
    throw error;
  }

  #emitValues(verdict: Outcome): void {
    const compare = resolveRefs(this.#step.compare ?? {}, this.#stage.saved) as Comparison;
    const bound = bounds.find((word) => typeof compare[word] === "number");
    const judged = bound === undefined ? {} : { bound, limit: compare[bound] as number };
    for (const [unit, values] of this.#values) {
      // The limit is one of the first unit; what is told beside it is not judged.
      const isJudged = unit === [...this.#values.keys()][0];
      this.#emit(unit, values, { ...(isJudged ? judged : {}), verdict });
    }
  }

  #emitTime(ms: number, verdict: Outcome, uncertainty: number): void {
    const { withinMs } = this.#step;
    const limit = withinMs === undefined
      ? {}
      : { bound: "at_most" as const, limit: withinMs * this.#stage.timeScale };
    this.#emit("ms", [ms], { ...limit, verdict, ...(uncertainty > 0 ? { uncertainty } : {}) });
  }

  #emit(unit: Measure["unit"], values: readonly number[], judged: Judged): void {
    const { measure: name, id: step } = this.#step;
    if (name === undefined) return;
    const measure = { ...measureOf(name, unit, values), ...judged };
    this.#stage.emit({ type: "measured", case: this.#stage.case, step, measure });
  }
}
