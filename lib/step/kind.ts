/**
 * What performing a step needs and gives. One file per verb, one line in `registry.ts`.
 *
 * @module
 */
import type { Observer } from "../cluster/observer.ts";
import type { Evidence } from "../result/event.ts";
import type { Stopped } from "../run/problem.ts";
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

/** Steps that are performed beside others. */
export interface RunningLane {
  /** What ended it before its last step was over, or undefined. Never rejects. */
  readonly ended: Promise<LaneEnd | undefined>;
  /** Stops it; what was not reached is skipped. */
  stop(why: Stopped): void;
}

/** How a lane ended that did not come to its end. */
export interface LaneEnd {
  /** Title of the step that did not pass. */
  title: string;
  verdict: "failed" | "error" | "skipped";
  /** Ends the enclosing step in the same way. */
  error: unknown;
}

/**
 * Performs a step; returns when it passed.
 * @throws {StepProblem} when it did not; other errors are translated by `problemOf`.
 */
export type Performer<S extends Step = Step> = (step: S, play: Play) => Promise<Outcome>;
