/**
 * Whether the conditions of a step hold. They rest on what is known before a case begins: the
 * matrix, variables, the target, its version of PostgreSQL.
 *
 * @module
 */
import { versionOrder } from "../cluster/version.ts";
import type { Target } from "../cluster/model.ts";
import { innerSteps } from "../scenario/inner_steps.ts";
import type { Condition, Scenario, Step } from "../scenario/model.ts";
import { ordered } from "../scenario/when.ts";

/** Where a case runs. */
export type Surroundings = Pick<Target, "name" | "postgres">;

/** Why a step is not for these surroundings; undefined when it is. */
export function unmet(step: Step, where: Surroundings | undefined): string | undefined {
  const condition = step.when?.find((each) => !holds(each, where));
  if (!condition) return undefined;
  const { subject, text } = condition;
  const seen = subject === "postgres" ? where?.postgres.text : subject && where?.name;
  return `only when ${text}${seen === undefined ? "" : `, it is ${seen}`}`;
}

function holds(condition: Condition, where: Surroundings | undefined): boolean {
  const { subject, operator = "=", operand = "" } = condition;
  if (subject === undefined) return condition.holds === true;
  if (!where) throw new Error(`Cannot decide "${condition.text}": nobody said where it runs`);
  if (subject === "target") return (where.name === operand) === (operator === "=");
  return ordered(versionOrder(where.postgres.number, operand), operator);
}

/** True when nothing that could fail is left of a scenario in these surroundings. */
export function judgesNothing(scenario: Scenario, where: Surroundings): boolean {
  if (scenario.always.length > 0) return false;
  const judges = (step: Step): boolean =>
    unmet(step, where) === undefined && (canFail(step) || innerSteps(step).some(judges));
  return ![...scenario.steps, ...scenario.finally].some(judges);
}

/** Whether a step can fail because of what it sees. */
function canFail(step: Step): boolean {
  switch (step.verb) {
    case "expect":
      return true;
    case "sql":
      return step.error !== undefined || step.blocksMs !== undefined;
    case "query":
    case "end":
      return step.error !== undefined || Object.keys(step.compare).length > 0;
    case "exec":
      return step.status !== 0 || Object.keys(step.compare).length > 0;
    default:
      return false;
  }
}
