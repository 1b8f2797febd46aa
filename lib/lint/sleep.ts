/**
 * `sleep`: waiting for time to pass, when there is nearly always something to wait for.
 *
 * @module
 */
import { inEach, type Smell } from "./kind.ts";
import { everyStep, sectionsOf } from "./walk.ts";

/** The smell. */
export const sleep: Smell = {
  name: "sleep",
  summary: "a step sleeps",
  advice: "wait for what must happen: expect or query with within",
  look: inEach((scenario) =>
    everyStep(sectionsOf(scenario)).filter(({ verb }) => verb === "sleep")
      .map(({ place }) => ({ place, message: "this step only waits" }))
  ),
};
