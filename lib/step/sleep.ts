/**
 * `sleep`: waits; its reason goes to the result.
 *
 * @module
 */
import type { SleepStep } from "../scenario/model.ts";
import { sleep } from "../time/sleep.ts";
import type { Performer } from "./kind.ts";

/** Performs `sleep`. */
export const performSleep: Performer<SleepStep> = async (step, { deadline }) => {
  await sleep(step.ms, deadline.signal);
  return { evidence: [{ kind: "sleep", text: `because ${step.because}` }] };
};
