/**
 * `hasty-comparison`: replicas are held against the primary, and nothing gave them time to follow.
 * It passes nearly always, and fails once in some hundred runs.
 *
 * @module
 */
import type { ExpectStep, Step } from "../scenario/model.ts";
import { inEach, type Smell } from "./kind.ts";
import { everyList, sectionsOf } from "./walk.ts";

/** Facts that ask whether copies have what the primary was given. */
const comparisons = ["no_lost_writes", "same_data"];

/** Facts after which replicas have it. */
const arrivals = ["caught_up", "replayed"];

/** The smell. */
export const hastyComparison: Smell = {
  name: "hasty-comparison",
  summary: "replicas are compared that may be a moment behind",
  advice: "give it a within, or wait for caught_up on replicas before it",
  look: inEach((scenario) =>
    everyList(sectionsOf(scenario)).flatMap((list) =>
      list.flatMap((step, index) => {
        if (!isHasty(step) || haveArrived(list.slice(0, index))) return [];
        return [{ place: step.place, message: `${step.fact} looks once, at replicas, too` }];
      })
    )
  ),
};

function isHasty(step: Step): step is ExpectStep {
  return step.verb === "expect" && comparisons.includes(step.fact) && isOfMany(step) &&
    step.withinMs === undefined;
}

/** Whether replicas were waited for since something was done. */
function haveArrived(before: readonly Step[]): boolean {
  const arrival = before.findLastIndex((step) =>
    step.verb === "expect" && arrivals.includes(step.fact) && isOfMany(step)
  );
  return arrival >= 0 && before.slice(arrival).every(({ verb }) => looks.includes(verb));
}

/** Verbs that write nothing. */
const looks = ["expect", "query", "sleep"];

function isOfMany({ node }: ExpectStep): boolean {
  return node === "all" || node === "replicas";
}
