/**
 * `use`: performs the steps of another file.
 *
 * @module
 */
import type { UseStep } from "../scenario/model.ts";
import type { Performer } from "./kind.ts";

/** Performs `use`. */
export const performUse: Performer<UseStep> = async (step, { perform }) => {
  await perform(step.steps);
  return { evidence: [] };
};
