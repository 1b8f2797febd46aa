/**
 * `measure`: what an observing step measured, kept under a name.
 *
 * @module
 */
import type { Stage } from "../run/stage.ts";
import type { Measure } from "../result/event.ts";
import type { Observation } from "./observe.ts";

/** Emits the fact's own values, or the time until it became true. */
export function keepMeasure(
  stage: Stage,
  kept: { step: string; name: string; observation: Observation },
): void {
  const { observation, step, name } = kept;
  const own = observation.last.measured ?? [];
  const values = own.length > 0 ? own.map((each) => each.value) : [observation.trueAfterMs];
  const sorted = values.toSorted((a, b) => a - b);
  const measure: Measure = {
    name,
    unit: own[0]?.unit ?? "ms",
    n: sorted.length,
    median: sorted[Math.floor((sorted.length - 1) / 2)]!,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    ...(own.length > 0 ? {} : { uncertainty: observation.uncertaintyMs }),
  };
  stage.emit({ type: "measured", case: stage.case, step, measure });
}
