/**
 * Objectives as texts with their units, for scenarios that judge by them.
 *
 * @module
 */
import { exactDuration } from "../time/duration.ts";
import { exactSize } from "../sql/size.ts";
import type { Objectives } from "./model.ts";
import { known } from "./objectives.ts";

/** A value of the right unit, for reading a scenario that cannot run: nothing declares the objective. */
const standIns = { duration: "1s", size: "1MB" } as const;

/** An objective by its name. */
export interface ObjectiveText {
  /** `2s`, `64MB`, `async`. */
  text: string;
  isDeclared: boolean;
}

/** Every objective there is, by its name, declared or not. */
export function objectiveTexts(objectives: Objectives): Map<string, ObjectiveText> {
  const { mode } = objectives;
  const texts = new Map<string, ObjectiveText>([["mode", {
    text: mode ?? "async",
    isDeclared: mode !== undefined,
  }]]);
  for (const [name, { unit, field }] of Object.entries(known)) {
    const amount = objectives[field];
    const text = amount === undefined
      ? standIns[unit]
      : unit === "duration"
      ? exactDuration(amount)
      : exactSize(amount);
    texts.set(name, { text, isDeclared: amount !== undefined });
  }
  return texts;
}
