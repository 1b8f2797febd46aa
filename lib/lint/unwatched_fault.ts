/**
 * `unwatched-fault`: nothing looks at the stack while the fault lasts, so the scenario shows nothing
 * of what it does.
 *
 * @module
 */
import type { FaultStep, Scenario, Step } from "../scenario/model.ts";
import { inEach, type Smell } from "./kind.ts";
import { everyList, everyStep, observes, sectionsOf } from "./walk.ts";

/** The smell. */
export const unwatchedFault: Smell = {
  name: "unwatched-fault",
  summary: "no step looks while a fault lasts",
  advice: "add an expect or query under its while, or an invariant with during",
  look: inEach((scenario) => {
    const lists = everyList(sectionsOf(scenario));
    const drawn = new Set(
      lists.flat().flatMap((step) => step.verb === "random" ? step.faults : []),
    );
    return lists.flatMap((list) =>
      list.flatMap((step, index) => {
        if (step.verb === "random" && scenario.always.length === 0) {
          return [{ place: step.place, message: "nothing looks while chance draws faults" }];
        }
        // Nobody knows when one of these lasts: invariants look all the time.
        if (step.verb !== "fault" || drawn.has(step)) return [];
        if (isWatched(step, list.slice(index + 1), scenario)) return [];
        return [{ place: step.place, message: `nothing looks while ${step.fault} lasts` }];
      })
    );
  }),
};

function isWatched(fault: FaultStep, after: readonly Step[], { always }: Scenario): boolean {
  if (always.some(({ during }) => during === fault.as)) return true;
  if (fault.while) return everyStep([fault.while]).some(observes);
  // With `for` alone it is over when the next step starts: what it did is all that can be seen.
  const end = fault.forMs === undefined
    ? after.findIndex((step) => step.verb === "end" && step.target === fault.as)
    : -1;
  return everyStep([[...(end < 0 ? after : after.slice(0, end))]]).some(observes);
}
