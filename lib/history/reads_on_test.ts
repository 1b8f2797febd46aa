import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { operationAt, readsByNode, readsOn } from "./reads_on.ts";
import { historyOf, lists, sessions } from "./testdata/simulation.ts";
import { describeOperation } from "./verdict.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });

Deno.test("readsOn() keeps every operation as it was, but for reads on other nodes", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      for (const told of [lists(seed, 60), sessions(seed, 30)]) {
        const whole = historyOf(told);
        const all = (history: typeof whole) =>
          Array.from({ length: history.length }, (_, row) => describeOperation(history, row));
        deepEqual(all(readsOn(whole, ["primary", "replica1", "replica2"])), all(whole));
        const part = all(readsOn(whole, ["replica1"]));
        const wanted = all(whole).filter((text) =>
          text.includes("replica1") || /write|append/.test(text)
        );
        deepEqual(part, wanted);
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("readsByNode() counts answered reads, operationAt() gives back what was recorded", () => {
  const base = { process: 1, at: 1, endAt: 2, how: "ok" as const };
  const history = historyOf([
    { ...base, node: "a", ops: [{ f: "read", key: 1 }], readings: [null] },
    { ...base, node: "b", how: "fail", ops: [{ f: "read", key: 1 }], readings: [] },
    { ...base, node: "a", ops: [{ f: "write", key: 1, value: 3 }], readings: [] },
    { ...base, node: "a", ops: [{ f: "list", key: 2, from: 4 }], readings: [[5, 6]] },
  ]);
  deepEqual([...readsByNode(history)], [["a", 2], ["b", 0]]);
  deepEqual(operationAt(history, 0), { ops: [{ f: "read", key: 1 }], readings: [null] });
  deepEqual(operationAt(history, 3), { ops: [{ f: "list", key: 2, from: 4 }], readings: [[5, 6]] });
  equal(operationAt(history, 1).readings[0], undefined);
});
