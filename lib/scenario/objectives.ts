/**
 * What the stack promises, as names in a scenario: `${objective_staleness}`, in SQL
 * `:objective_outage`. A scenario that speaks of an objective requires it: on a stack that declares
 * none it is not run, and says so.
 *
 * @module
 */
import { objectiveTexts } from "../stack/objective_text.ts";
import type { Objectives } from "../stack/model.ts";
import { isWords } from "./reading.ts";

const prefix = "objective_";

/** Every name there is. */
export const objectiveNames: readonly string[] = [...objectiveTexts({}).keys()].map((name) =>
  prefix + name
);

/** The values of the objectives that some text in the data speaks of, by their names. */
export function objectivesIn(data: unknown, objectives: Objectives): Map<string, string> {
  const texts = objectiveTexts(objectives);
  const found = new Map<string, string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(visit);
    if (isWords(part)) return Object.values(part).forEach(visit);
    if (typeof part !== "string") return;
    for (const [, name] of part.matchAll(/(?:\$\{|:)objective_(\w+)/g)) {
      const known = texts.get(name!);
      if (known) found.set(prefix + name, known.text);
    }
  };
  visit(data);
  return found;
}

/**
 * What a requirement like `objective_staleness` comes to: no reason when the stack declares it.
 * Undefined when it is none of these.
 */
export function lackingObjective(
  requirement: string,
  stack: { file: string; objectives: Objectives },
): { reason: string | undefined } | undefined {
  if (!requirement.startsWith(prefix)) return undefined;
  const name = requirement.slice(prefix.length);
  const known = objectiveTexts(stack.objectives).get(name);
  if (known?.isDeclared) return { reason: undefined };
  const reason = known
    ? `${stack.file} declares no objective "${name}": write it under x-pgproof, objectives`
    : `there is no objective "${name}"`;
  return { reason };
}
