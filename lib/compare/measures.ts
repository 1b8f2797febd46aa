/**
 * Measures of both sides, one value a turn: what a scenario measured is one measurement, however
 * many samples it had.
 *
 * @module
 */
import type { Measure } from "../result/event.ts";
import { type Gate, judge } from "./gate.ts";
import type { MeasureChange, Values } from "./model.ts";
import { median, shift, shiftInterval } from "./ranks.ts";
import type { Turns } from "./verdicts.ts";

/** The confidence of intervals that decide nothing. */
const confidence = 0.95;

/** Measures that both sides have, and gates that nothing answers to. */
export interface Measured {
  measures: MeasureChange[];
  unmeasured: string[];
}

interface Series extends Pick<Measure, "name" | "unit" | "node" | "limit"> {
  case: string;
  values: number[];
}

/** Compares what was measured. */
export function measureChanges(base: Turns, head: Turns, gates: readonly Gate[]): Measured {
  const before = seriesOf(base);
  const pairs = [...seriesOf(head)].flatMap(([key, now]) => {
    const old = before.get(key);
    return old ? [{ old, now, gate: gates.find(({ name }) => name === now.name) }] : [];
  });
  const gated = pairs.filter(({ gate }) => gate !== undefined).length;
  const measures = pairs.map(({ old, now, gate }): MeasureChange => {
    const interval = shiftInterval(old.values, now.values, confidence);
    const { unit } = now;
    const values = { base: old.values, head: now.values, unit };
    return {
      case: now.case,
      name: now.name,
      unit,
      ...(now.node === undefined ? {} : { node: now.node }),
      base: valuesOf(old.values),
      head: valuesOf(now.values),
      difference: shift(old.values, now.values),
      ...(interval ? { interval } : {}),
      ...(now.limit === undefined ? {} : { limit: now.limit }),
      ...(gate ? { gate: judge(gate, values, gated) } : {}),
    };
  });
  const seen = new Set(pairs.map(({ now }) => now.name));
  return { measures, unmeasured: gates.map(({ name }) => name).filter((name) => !seen.has(name)) };
}

function seriesOf(turns: Turns): Map<string, Series> {
  const all = new Map<string, Series>();
  for (const { cases } of turns) {
    for (const { id, measures } of cases) {
      for (const { name, unit, node, limit, step, median } of measures) {
        const key = JSON.stringify([id, step, name, unit, node]);
        const known = all.get(key);
        if (known) known.values.push(median);
        else {
          all.set(key, {
            case: id,
            name,
            unit,
            ...(node === undefined ? {} : { node }),
            ...(limit === undefined ? {} : { limit }),
            values: [median],
          });
        }
      }
    }
  }
  return all;
}

function valuesOf(values: readonly number[]): Values {
  return {
    n: values.length,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}
