/**
 * The steps of a scenario and those inside them, wherever a verb may hold steps.
 *
 * @module
 */
import type { Scenario, Step } from "../scenario/model.ts";

/** The lists of steps that a step holds: under `while`, in lanes. */
export function listsIn(step: Step): Step[][] {
  return Object.values(step).flatMap(listsOf);
}

function listsOf(value: unknown): Step[][] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isStep) ? [value] : value.flatMap(listsOf);
  }
  return Object.values(value).flatMap(listsOf);
}

function isStep(value: unknown): value is Step {
  return typeof value === "object" && value !== null && "verb" in value && "place" in value;
}

/** The top lists of a scenario. */
export function sectionsOf({ setup, steps, finally: last }: Scenario): Step[][] {
  return [setup, steps, last];
}

/** Every list of steps: sections, and those nested in steps. */
export function everyList(lists: readonly Step[][]): Step[][] {
  return lists.flatMap((list) => [list, ...list.flatMap((step) => everyList(listsIn(step)))]);
}

/** Every step of some lists, nested ones included. */
export function everyStep(lists: readonly Step[][]): Step[] {
  return everyList(lists).flat();
}

/** Whether a step can fail because of what it sees. */
export function observes(step: Step): boolean {
  if (step.verb === "query" || step.verb === "expect") return true;
  return step.verb === "sql" && (step.error !== undefined || step.blocksMs !== undefined);
}
