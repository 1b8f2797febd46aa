/**
 * `needless-within`: waiting for something that waiting cannot change.
 *
 * @module
 */
import type { ExpectStep, Scenario, Step } from "../scenario/model.ts";
import { inEach, type Smell } from "./kind.ts";
import { everyStep, sectionsOf } from "./walk.ts";

/** The smell. */
export const needlessWithin: Smell = {
  name: "needless-within",
  summary: "a step waits for what cannot change",
  advice: "leave out within: look once",
  look: inEach((scenario) =>
    everyStep(sectionsOf(scenario)).flatMap((step) => {
      const reason = step.verb === "expect" && step.withinMs !== undefined
        ? constant(step, scenario)
        : undefined;
      return reason === undefined ? [] : [{ place: step.place, message: reason }];
    })
  ),
};

function constant(step: ExpectStep, scenario: Scenario): string | undefined {
  // A node that comes back is worth waiting for, whatever is asked of it.
  const before = everyStep(sectionsOf(scenario)).filter(({ place }) =>
    place.line < step.place.line
  );
  if (before.some(disturbs)) return undefined;
  if (step.fact === "system_identifier") return "a system identifier never changes";
  if (step.fact === "setting") return "nothing before this step changes a setting";
  return undefined;
}

function disturbs(step: Step): boolean {
  return !["query", "expect", "sleep", "load", "end"].includes(step.verb) &&
    !(step.verb === "sql" && !/\b(?:alter|pg_reload_conf|pg_promote)\b/i.test(step.sql));
}
