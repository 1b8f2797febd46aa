/**
 * The lists of steps that a step holds, whatever its verb.
 *
 * @module
 */
import type { Step } from "./model.ts";

/** The steps right inside a step, in file order. */
export function innerSteps(step: Step): readonly Step[] {
  switch (step.verb) {
    case "fault":
      return step.while ?? [];
    case "parallel":
      return step.lanes.flatMap((lane) => lane.steps);
    case "background":
      return step.lane.steps;
    case "use":
      return step.steps;
    default:
      return [];
  }
}

/** A step and everything inside it, in file order. */
export function everyStep(step: Step): Step[] {
  return [step, ...innerSteps(step).flatMap(everyStep)];
}
