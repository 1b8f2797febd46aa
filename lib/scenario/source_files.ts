/**
 * The files that a scenario is made of.
 *
 * @module
 */
import { everyStep } from "./inner_steps.ts";
import type { Scenario } from "./model.ts";

/** Its own file first, then those whose steps it uses, each once. */
export function sourceFiles(scenario: Scenario): string[] {
  const steps = [scenario.setup, scenario.steps, scenario.finally].flat().flatMap(everyStep);
  return [...new Set([scenario.file, ...steps.flatMap(({ place }) => place.file ?? [])])];
}
