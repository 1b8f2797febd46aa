/**
 * `parallel`: performs named lanes at the same time and waits for all of them. The first that does
 * not pass stops the others; its verdict is the step's.
 *
 * @module
 */
import { Stopped } from "../run/problem.ts";
import type { ParallelStep } from "../scenario/model.ts";
import type { LaneEnd } from "../run/lane.ts";
import type { Performer } from "./kind.ts";

/** Performs `parallel`. */
export const performParallel: Performer<ParallelStep> = async (step, { lane }) => {
  const lanes = step.lanes.map(({ name, steps }) => ({ name, running: lane(steps) }));
  let first: LaneEnd | undefined;
  await Promise.all(lanes.map(async ({ name, running }) => {
    const end = await running.ended;
    if (!end || first) return;
    first = end;
    for (const other of lanes) {
      if (other.name !== name) other.running.stop(new Stopped(`lane "${name}" did not pass`));
    }
  }));
  if (first) throw first.error;
  return { evidence: [] };
};
