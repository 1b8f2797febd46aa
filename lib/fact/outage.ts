/**
 * `outage`: the longest time in which a load was not served, on the harness's one clock: from its
 * last acknowledged operation before to the first one after. An RTO as clients live it. How much of
 * it came after the first refusal is told beside it.
 *
 * Something must have been done to the cluster while the load ran, or there is nothing to measure;
 * and the outage is over only when an operation that was sent after that is acknowledged.
 *
 * @module
 */
import type { RunningLoad } from "../load/model.ts";
import { longestOutage, type Outage } from "../load/outage.ts";
import type { Disturbance } from "../run/scene.ts";
import { loadName } from "../scenario/words.ts";
import { disturbancesOf, settledAt } from "./disturbance.ts";
import { count, unseen } from "./finding.ts";
import { defineFact, type Look } from "./kind.ts";
import { judgeBetween, quantityWords, showQuantity } from "./quantity.ts";

/** The fact. */
export const outage = defineFact({
  name: "outage",
  summary: "The longest time without an acknowledged operation of a load, faults and all",
  words: { of: loadName.describe("the load") },
  comparisons: quantityWords,
  needsComparison: true,
  operand: "duration",
  defaultNode: "all",
  look(scene, { compare, words }) {
    const { expected } = judgeBetween(compare, { low: 0, high: 0 }, "duration");
    const load = scene.loads.get(words.of);
    if (!load) {
      return Promise.resolve(unseen("NoLoad", expected, `load ${words.of} was not started yet`));
    }
    const now = performance.now();
    const done = disturbancesOf(scene, load, "while");
    const since = Math.max(-Infinity, ...done.map(settledAt));
    const { startedAt, endedAt } = load;
    const found = longestOutage(load.ledger, { startedAt, endedAt, now, since });
    const { sent, refused, unknown } = load.ledger.counts();
    if (!found) {
      const seen = `load ${words.of} has no acknowledged operation (${sent} sent)`;
      return Promise.resolve(unseen("NoAcknowledgedWrites", expected, seen));
    }
    if (done.length === 0 && refused + unknown === 0) {
      const seen = `nothing was done to the cluster while ${words.of} ran, and nothing was refused`;
      return Promise.resolve(unseen("NothingDisturbed", expected, seen));
    }
    return Promise.resolve(lookAt(load, { found, done, compare, expected, now }));
  },
});

function lookAt(load: RunningLoad, on: {
  found: Outage;
  done: readonly Disturbance[];
  compare: Parameters<typeof judgeBetween>[0];
  expected: string;
  now: number;
}): Look {
  const { found, done, compare, expected, now } = on;
  const isOver = found.to !== undefined;
  const { holds } = judgeBetween(
    compare,
    { low: found.ms, high: isOver ? found.ms : Infinity },
    "duration",
  );
  const text = `${load.spec.name} ${describe(found)}`;
  const evidence = [{ kind: "outage", text, data: dataOf(load, found, done) }];
  const look = { expected, seen: text, evidence, code: isOver ? "Outage" : "OutageGoesOn" };
  if (holds === undefined) {
    return { ...look, holds, ...(load.endedAt === undefined ? {} : { final: true }) };
  }
  // A generator that was late makes an outage longer than it was, never shorter.
  const trouble = load.trouble(now - found.from);
  const bounds = { low: 0, high: isOver ? found.ms : Infinity };
  if (trouble !== undefined && judgeBetween(compare, bounds, "duration").holds === undefined) {
    return { ...look, holds: undefined, code: "GeneratorLate", seen: `${text}, but ${trouble}` };
  }
  return { ...look, holds, measured: [{ unit: "ms" as const, value: found.ms }] };
}

/** `was not served for 1.2s, from 412 to 530; 1.1s of it after the first refusal (...)`. */
function describe({ ms, from, to, before, after, refusedAt, refused, unknown }: Outage): string {
  const start = before === undefined ? "its start" : `operation ${before}`;
  const span = to === undefined
    ? `, from ${start} on, and nothing shows that it is served again`
    : `, from ${start} to ${after}`;
  const late = refusedAt === undefined
    ? "; nothing was refused meanwhile"
    : `; ${showQuantity("duration", Math.max(0, (to ?? from + ms) - refusedAt))} of it after the ` +
      `first refusal (${count(refused, "operation")} refused, ${unknown} unknown)`;
  return `was not served for ${showQuantity("duration", ms)}${span}${late}`;
}

/** Times are milliseconds since the load began. */
function dataOf(load: RunningLoad, found: Outage, done: readonly Disturbance[]) {
  const since = (at: number | undefined) =>
    at === undefined ? null : Number((at - load.startedAt).toFixed(3));
  const { from, to, refusedAt, ...rest } = found;
  return {
    load: load.spec.name,
    ...rest,
    fromMs: since(from),
    toMs: since(to),
    refusedAtMs: since(refusedAt),
    disturbances: done.map(({ what, from, to }) => ({
      what,
      fromMs: since(from),
      toMs: since(to),
    })),
  };
}
