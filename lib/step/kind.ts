/**
 * What performing a step needs and gives. One file per verb, one line in `registry.ts`.
 *
 * @module
 */
import type { Evidence } from "../result/event.ts";
import type { Stage } from "../run/stage.ts";
import type { Step } from "../scenario/model.ts";
import type { Deadline } from "../time/deadline.ts";

/** What a step that passed has to show. */
export interface Outcome {
  evidence: Evidence[];
  /** How often it looked, when it observes. */
  looks?: number;
}

/** What a performer works with. */
export interface Play {
  stage: Stage;
  /** Encloses the step's own deadline: the case's, or the enclosing fault's. */
  deadline: Deadline;
  /** Performs nested steps in order. */
  perform(steps: readonly Step[]): Promise<void>;
}

/**
 * Performs a step; returns when it passed.
 * @throws {StepProblem} when it did not; other errors are translated by `problemOf`.
 */
export type Performer<S extends Step = Step> = (step: S, play: Play) => Promise<Outcome>;
