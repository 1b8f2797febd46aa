/**
 * Steps that are performed beside others, and how they end.
 *
 * @module
 */
import type { Stopped } from "./problem.ts";

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
