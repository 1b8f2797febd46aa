/**
 * What performing a step needs and gives. One file per verb, one line in `registry.ts`.
 *
 * @module
 */
import type { Observer } from "../cluster/observer.ts";
import type { Evidence } from "../result/event.ts";
import type { RunningLane } from "../run/lane.ts";
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
  /** Encloses the step's own deadline: the case's, or the lane's. */
  deadline: Deadline;
  /** Connections of the scenario's own statements; each lane has its own, so that none waits. */
  actor: Observer;
  /** Performs nested steps in order. */
  perform(steps: readonly Step[]): Promise<void>;
  /** Performs steps beside others. */
  lane(steps: readonly Step[]): RunningLane;
}

/**
 * Performs a step; returns when it passed.
 * @throws {StepProblem} when it did not; other errors are translated by `problemOf`.
 */
export type Performer<S extends Step = Step> = (step: S, play: Play) => Promise<Outcome>;
