/**
 * `cannot-fail`: a check that is true whatever the cluster does.
 *
 * @module
 */
import { facts } from "../fact/registry.ts";
import type { Comparison, ExpectStep, QueryStep } from "../scenario/model.ts";
import { inEach, type Smell } from "./kind.ts";
import { everyStep, sectionsOf } from "./walk.ts";

/** The smell. */
export const cannotFail: Smell = {
  name: "cannot-fail",
  summary: "a check is true whatever happens",
  advice: "compare with a value that a broken stack would not have",
  look: inEach((scenario) => {
    const steps = everyStep(sectionsOf(scenario));
    const looks = [...steps, ...scenario.always.map(({ look }) => look)]
      .filter((step) => step.verb === "query" || step.verb === "expect");
    return looks.flatMap((step) => {
      const message = why(step);
      return message === undefined ? [] : [{ place: step.place, message }];
    });
  }),
};

function why(step: QueryStep | ExpectStep): string | undefined {
  const given = Object.entries(step.compare) as [keyof Comparison, unknown][];
  if (given.length === 0) {
    const isIdle = step.verb === "query" && !step.error && !step.measure &&
      Object.keys(step.save).length === 0;
    return isIdle ? "it reads, and compares with nothing" : undefined;
  }
  const reasons = given.map(([word, operand]) =>
    isEmptyPattern(word, operand)
      ? `${word} ${JSON.stringify(operand)} fits every text`
      : isNeverLess(word, operand) && isNeverNegative(step)
      ? `${word} ${operand} holds for every amount`
      : undefined
  );
  return reasons.every((reason) => reason !== undefined) ? reasons.join("; ") : undefined;
}

/** A pattern without anchors that fits the empty text fits all of them. */
function isEmptyPattern(word: keyof Comparison, operand: unknown): boolean {
  if (word !== "matches" || typeof operand !== "string") return false;
  return !/[\^$]|\\[bB]|\(\?/.test(operand) && new RegExp(operand).test("");
}

function isNeverLess(word: keyof Comparison, operand: unknown): boolean {
  if (typeof operand !== "number") return false;
  return word === "at_least" && operand <= 0 || word === "above" && operand < 0;
}

/** Sizes, times, rates and counts. */
function isNeverNegative(step: QueryStep | ExpectStep): boolean {
  if (step.verb === "query") return /^\s*select\s+count\s*\(/i.test(step.sql);
  return ["size", "duration", "rate"].includes(facts.get(step.fact)?.operand ?? "");
}
