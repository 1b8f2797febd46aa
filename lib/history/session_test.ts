import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { checkMonotonicReads } from "./monotonic_reads.ts";
import { checkReadYourWrites } from "./read_your_writes.ts";
import { historyOf, sessions, type Told } from "./testdata/simulation.ts";
import { visibilityOf } from "./visibility.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });

/** A session on its own key, whose operations end before the next begin. */
function session(process: number, steps: [node: string, write?: number, read?: number | null][]) {
  return steps.map(([node, value, read], index): Told => ({
    ...{ process, node, at: 1e6 + index * 10, endAt: 1e6 + index * 10 + 5, how: "ok" },
    ops: [value ? { f: "write", key: process, value } : { f: "read", key: process }],
    readings: [read],
  }));
}

const names = (verdict: { anomalies: { name: string }[] }) => verdict.anomalies.map((e) => e.name);

Deno.test("checkMonotonicReads() and checkReadYourWrites() invent nothing", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const history = historyOf(sessions(seed, 80));
    deepEqual(checkMonotonicReads(history).anomalies, []);
    deepEqual(checkReadYourWrites(history).anomalies, []);
  }));
});

Deno.test("checkMonotonicReads() finds a session that went back, on one node or across two", () => {
  const here = session(9, [["primary", 7], ["replica1", 0, 7], ["replica1", 0, null]]);
  const across = session(9, [["primary", 7], ["replica1", 0, 7], ["replica2", 0, 3]]);
  fc.assert(
    fc.property(seeds, (seed) => {
      const valid = sessions(seed, 40);
      deepEqual(names(checkMonotonicReads(historyOf([...valid, ...here]))), ["backwards"]);
      const verdict = checkMonotonicReads(historyOf([...valid, ...across]));
      deepEqual(names(verdict), ["backwards-across"]);
      match(verdict.anomalies[0]!.witness.join("\n"), /on replica1.* 9 = 7\nthen .*replica2.* = 3/);
    }),
    { numRuns: 20 },
  );
});

Deno.test("checkReadYourWrites() finds a write that its own session misses", () => {
  const missed = session(9, [["primary", 7], ["replica2", 0, null]]);
  const newer = session(9, [["primary", 7], ["replica2", 0, 8]]);
  const unclear = missed.map((each, index) => ({ ...each, how: index ? "ok" : "info" } as Told));
  fc.assert(
    fc.property(seeds, (seed) => {
      const valid = sessions(seed, 40);
      deepEqual(names(checkReadYourWrites(historyOf([...valid, ...missed]))), ["missed"]);
      deepEqual(checkReadYourWrites(historyOf([...valid, ...newer])).anomalies, []);
      deepEqual(checkReadYourWrites(historyOf([...valid, ...unclear])).anomalies, []);
    }),
    { numRuns: 20 },
  );
});

Deno.test("session checkers say nothing of a history in which nothing could be wrong", () => {
  const one = historyOf(session(1, [["primary", 7], ["primary", 8]]));
  equal(checkMonotonicReads(one).valid, undefined);
  equal(checkReadYourWrites(one).valid, undefined);
  equal(checkReadYourWrites(historyOf(session(1, [["primary", 7], ["r", 0, 7]]))).valid, true);
});

Deno.test("visibilityOf() bounds the moment in which a replica shows a write", () => {
  const told = (node: string, at: number, endAt: number, value: number, write = false): Told => ({
    ...{ process: write ? 0 : 1, node, at, endAt, how: "ok" },
    ops: write ? [{ f: "write", key: 0, value }] : [{ f: "read", key: 0 }],
    readings: [value],
  });
  const [found] = visibilityOf(historyOf([
    told("primary", 0, 1, 1, true),
    told("primary", 10, 12, 2, true),
    told("replica", 13, 14, 1),
    told("replica", 15, 17, 1),
    told("replica", 19, 20, 2),
    told("primary", 30, 31, 3, true),
    told("replica", 40, 41, 2),
  ]));
  equal(found!.node, "replica");
  deepEqual(found!.delays.map(({ value, low, high, window }) => [value, low, high, window]), [
    [1, 0, 14, NaN],
    [2, 3, 10, 5],
    [3, 9, Infinity, Infinity],
  ]);
});

Deno.test("visibilityOf() never claims what the true delay contradicts", () => {
  fc.assert(fc.property(
    fc.array(fc.record({ gap: fc.nat(50), lag: fc.nat(80) }), { minLength: 1, maxLength: 30 }),
    fc.array(fc.nat(2000), { minLength: 1, maxLength: 60 }),
    (writes, polls) => {
      let now = 0;
      // Replay is in order: nothing is visible before what was committed before it.
      let visible = 0;
      const truth = writes.map(({ gap, lag }, index) => {
        now += gap + 4;
        visible = Math.max(visible, now + lag);
        return { value: index + 1, commit: now, visible };
      });
      const told: Told[] = truth.map(({ value, commit }) => ({
        ...{ process: 0, node: "primary", at: commit - 1, endAt: commit + 1, how: "ok" },
        ...{ ops: [{ f: "write", key: 0, value }], readings: [] },
      }));
      for (const at of polls) {
        const seen = truth.findLast((each) => each.visible <= at)?.value ?? null;
        told.push({
          ...{ process: 1, node: "replica", at: at - 0.5, endAt: at + 0.5, how: "ok" },
          ...{ ops: [{ f: "read", key: 0 }], readings: [seen] },
        });
      }
      for (const { node, delays } of visibilityOf(historyOf(told))) {
        if (node !== "replica") continue;
        for (const { value, low, high } of delays) {
          const { commit, visible } = truth[value - 1]!;
          ok(low <= visible - commit && visible - commit <= high);
        }
      }
    },
  ));
});
