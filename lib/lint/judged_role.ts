/**
 * `judged-role`: SQL asks a node for its role that was found by that role, which is true by
 * definition. `expect: role` in the same place is a mistake of the language, told by parsing.
 *
 * @module
 */
import { inEach, type Smell } from "./kind.ts";
import { everyStep, sectionsOf } from "./walk.ts";

const byRole = ["primary", "replicas", "any replica", "most advanced replica"];

/** A statement that asks for nothing but the role. */
const asksRole = /^\s*select\s+(?:not\s+)?pg_is_in_recovery\s*\(\s*\)\s*;?\s*$/i;

/** The smell. */
export const judgedRole: Smell = {
  name: "judged-role",
  summary: "a role is asked of a node that was found by its role",
  advice: "name the node",
  look: inEach((scenario) => {
    const steps = everyStep(sectionsOf(scenario));
    return [...steps, ...scenario.always.map(({ look }) => look)].flatMap((step) => {
      if (step.verb !== "query" || !asksRole.test(step.sql) || !byRole.includes(step.node)) {
        return [];
      }
      return [{ place: step.place, message: `"${step.node}" is found by its role` }];
    });
  }),
};
