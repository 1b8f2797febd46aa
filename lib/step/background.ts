/**
 * `background`: starts a lane that runs beside the steps that follow. `end` waits until it has come
 * to its end; one that nobody ends is waited for when the section is over. A lane is never cut
 * short to pass: what it was to check would not have been checked.
 *
 * @module
 */
import { StepProblem } from "../run/problem.ts";
import type { BackgroundStep } from "../scenario/model.ts";
import { raced } from "../time/sleep.ts";
import type { RunningLane } from "../run/lane.ts";
import type { Performer } from "./kind.ts";

/** Performs `background`. */
export const performBackground: Performer<BackgroundStep> = (step, { stage, lane }) => {
  const { name, steps } = step.lane;
  if (stage.lanes.has(name)) {
    return Promise.reject(
      new StepProblem("error", {
        code: "LaneRuns",
        expected: `lane "${name}" not running yet`,
        seen: "it runs",
      }),
    );
  }
  stage.lanes.set(name, lane(steps));
  return Promise.resolve({ evidence: [] });
};

/**
 * Waits for the end of a lane.
 * @throws {StepProblem} when it did not pass; the signal's reason when that comes first.
 */
export async function endLane(
  name: string,
  lane: RunningLane,
  signal: AbortSignal,
): Promise<void> {
  const end = await raced(lane.ended, signal);
  if (!end) return;
  signal.throwIfAborted();
  const seen = `"${end.title}" ended as ${end.verdict}`;
  const verdict = end.verdict === "failed" ? "failed" : "error";
  throw new StepProblem(verdict, { code: "LaneFailed", expected: `lane "${name}" to pass`, seen });
}
