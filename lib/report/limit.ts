/**
 * The limit of a measure, as every report writes it: `< 10s, kept`.
 *
 * @module
 */
import type { Measure } from "../result/event.ts";

const signs = { below: "<", at_most: "≤", above: ">", at_least: "≥" } as const;

/** How the limit was kept: what a step came to is said only of what had one. */
const outcomes = { passed: "kept", failed: "broken", error: "undecided" } as const;

/** Empty for a measure without a limit. */
export function showLimit(
  { limit, bound = "below", verdict, unit }: Measure,
  show: (value: number, unit: Measure["unit"]) => string,
): string {
  if (limit === undefined) return "";
  const outcome = verdict === undefined ? "" : `, ${outcomes[verdict]}`;
  return `${signs[bound]} ${show(limit, unit)}${outcome}`;
}

/** Those that scenarios ask for; a load's own are many, and are told in its case only. */
export function isAsked({ step, limit }: Measure & { step?: string }): boolean {
  return step !== undefined || limit !== undefined;
}
