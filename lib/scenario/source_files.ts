/**
 * The files that a scenario is made of.
 *
 * @module
 */
import { stepsOf } from "./inner_steps.ts";
import type { Scenario } from "./model.ts";

/** Its own file first, then those whose steps it uses, each once. */
export function sourceFiles(scenario: Scenario): string[] {
  return [
    ...new Set([scenario.file, ...stepsOf(scenario).flatMap(({ place }) => place.file ?? [])]),
  ];
}
