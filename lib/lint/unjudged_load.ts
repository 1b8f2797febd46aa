/**
 * `unjudged-load`: a load runs to the end and no step asks what became of its writes.
 *
 * @module
 */
import { inEach, type Smell } from "./kind.ts";
import { everyStep, sectionsOf } from "./walk.ts";

/** The smell. */
export const unjudgedLoad: Smell = {
  name: "unjudged-load",
  summary: "a load is neither ended nor judged",
  advice: "end it and expect no_lost_writes, or expect its commit_rate",
  look: inEach((scenario) => {
    const steps = everyStep(sectionsOf(scenario));
    const looks = [...steps, ...scenario.always.map(({ look }) => look)];
    const judged = new Set(
      looks.flatMap((step) =>
        step.verb === "expect" ? [step.words.of] : step.verb === "end" ? [step.target] : []
      ),
    );
    return steps.flatMap((step) =>
      step.verb === "load" && !judged.has(step.load)
        ? [{ place: step.place, message: `load ${step.load} is neither ended nor judged` }]
        : []
    );
  }),
};
