/**
 * `measure`: what an observing step measured, kept under a name.
 *
 * @module
 */
import type { Stage } from "../run/stage.ts";
import type { Measure } from "../result/event.ts";
import type { Observation } from "./observe.ts";

/** Emits the fact's own values, one measure for each unit, or the time until it became true. */
export function keepMeasure(
  stage: Stage,
  kept: { step: string; name: string; observation: Observation },
): void {
  const { observation, step, name } = kept;
  const own = observation.last.measured ?? [];
  const byUnit = Map.groupBy(own, ({ unit }) => unit);
  const emit = (measure: Measure) =>
    stage.emit({ type: "measured", case: stage.case, step, measure });
  for (const [unit, each] of byUnit) emit(measureOf(name, unit, each.map(({ value }) => value)));
  if (byUnit.size > 0) return;
  const { trueAfterMs, uncertaintyMs } = observation;
  emit({ ...measureOf(name, "ms", [trueAfterMs]), uncertainty: uncertaintyMs });
}

function measureOf(name: string, unit: Measure["unit"], values: readonly number[]): Measure {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    name,
    unit,
    n: sorted.length,
    median: sorted[Math.floor((sorted.length - 1) / 2)]!,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}
