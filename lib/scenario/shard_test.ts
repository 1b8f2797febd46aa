import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import type { Case } from "./model.ts";
import { shardOf } from "./shard.ts";

const named = (ids: readonly string[]) => ids.map((id) => ({ id })) as Case[];
const idsOf = (cases: readonly Case[]) => cases.map(({ id }) => id);

Deno.test("shardOf() balances by time, not by count", () => {
  const timings = new Map([["a", 90], ["b", 30], ["c", 30], ["d", 30]]);
  const cases = named(["a", "b", "c", "d"]);
  deepEqual(idsOf(shardOf(cases, { index: 1, of: 2 }, timings)), ["a"]);
  deepEqual(idsOf(shardOf(cases, { index: 2, of: 2 }, timings)), ["b", "c", "d"]);
  deepEqual(idsOf(shardOf(cases, { index: 1, of: 2 })), ["a", "c"]);
});

Deno.test("shardOf() gives each case to exactly one part, and no part more than it must", () => {
  const weights = fc.uniqueArray(fc.tuple(fc.string(), fc.integer({ min: 1, max: 99 })), {
    selector: ([id]) => id,
    maxLength: 30,
  });
  fc.assert(fc.property(weights, fc.integer({ min: 1, max: 6 }), fc.nat(), (all, of, known) => {
    const timings = new Map(all.slice(0, known % (all.length + 1)));
    const cases = named(all.map(([id]) => id));
    const parts = Array.from(
      { length: of },
      (_, at) => shardOf(cases, { index: at + 1, of }, timings),
    );
    equal(new Set(parts.flat()).size, cases.length);
    equal(parts.flat().length, cases.length);
    if (timings.size !== all.length) return;
    const loads = parts.map((part) => part.reduce((sum, { id }) => sum + timings.get(id)!, 0));
    const longest = Math.max(0, ...timings.values());
    ok(Math.max(...loads) - Math.min(...loads) <= longest);
  }));
});
