/**
 * The lists of steps that a step holds, whatever its verb.
 *
 * @module
 */
import type { Scenario, Step } from "./model.ts";

/** The steps right inside a step, in file order. */
export function innerSteps(step: Step): readonly Step[] {
  switch (step.verb) {
    case "fault":
      return step.while ?? [];
    case "parallel":
      return step.lanes.flatMap((lane) => lane.steps);
    case "background":
      return step.lane.steps;
    case "random":
      return step.faults;
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

/** Every step of a scenario: of `setup`, `steps` and `finally`, those inside others included. */
export function stepsOf(scenario: Scenario): Step[] {
  return [scenario.setup, scenario.steps, scenario.finally].flat().flatMap(everyStep);
}
