import { deepEqual, equal, match, throws } from "node:assert/strict";
import fc from "fast-check";
import { checkSet } from "./set_full.ts";
import { Dice, historyOf, set, type Told } from "./testdata/simulation.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });

/** The read that was made last on a node, and one element of it that was acknowledged. */
function lastRead(told: readonly Told[], seed: number): { read: Told; element: number } {
  const read = told.at(-1)!;
  const added = told.filter(({ how, ops }) => how === "ok" && ops[0]!.f === "append");
  const ids = added.map(({ ops }) => (ops[0] as { value: number }).value);
  return { read, element: ids[new Dice(seed).below(ids.length)]! };
}

/** Judges a valid history after `change`; names of the anomalies. */
function broken(seed: number, change: (told: Told[]) => Told[] | void) {
  const told = structuredClone(set(seed, 60));
  const changed = change(told) ?? told;
  return checkSet(historyOf(changed), { final: true }).anomalies.map((each) => each.name);
}

Deno.test("checkSet() invents nothing, and measures what replicas were late with", () => {
  let stale = 0;
  fc.assert(fc.property(seeds, (seed) => {
    const verdict = checkSet(historyOf(set(seed, 120)), { final: true });
    deepEqual(verdict.anomalies, []);
    equal(verdict.valid, true);
    if (verdict.stale.replica1) stale++;
    equal(verdict.stale.primary, undefined);
  }));
  equal(stale > 0, true);
});

Deno.test("checkSet() finds an acknowledged element that the last read lacks", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const names = broken(seed, (told) => {
      const { read, element } = lastRead(told, seed);
      read.readings = [(read.readings[0] as number[]).filter((each) => each !== element)];
    });
    deepEqual(names, ["lost"]);
  }));
});

Deno.test("checkSet() does not call late what no read could have shown as lost", () => {
  const told = set(7, 60);
  const { read, element } = lastRead(told, 7);
  for (const each of told) {
    if (each.node === read.node && each.ops[0]!.f === "list") {
      each.readings = [(each.readings[0] as number[]).filter((value) => value !== element)];
    }
  }
  deepEqual(checkSet(historyOf(told)).anomalies, []);
});

Deno.test("checkSet() finds what is there twice, was never added, or was refused", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const with_ = (value: number) =>
      broken(seed, (told) => {
        const { read } = lastRead(told, seed);
        read.readings = [[...read.readings[0] as number[], value]];
      });
    deepEqual(with_(lastRead(set(seed, 60), seed).element), ["duplicated"]);
    deepEqual(with_(1_000_000), ["phantom"]);
    deepEqual(with_(-5), ["phantom"]);
    const refused = broken(seed, (told) => {
      const { element } = lastRead(told, seed);
      for (const each of told) {
        const [op] = each.ops;
        if (op!.f === "append" && op!.value === element) each.how = "fail";
      }
    });
    deepEqual(refused, ["phantom"]);
  }));
});

Deno.test("checkSet() finds what was gone and came back, and what was seen and never said to be", () => {
  const read = (at: number, values: number[]): Told => ({
    ...{ process: 1, node: "replica1", at, endAt: at + 1, how: "ok" },
    ...{ ops: [{ f: "list", key: 0 }], readings: [values] },
  });
  const add = (value: number, how: Told["how"]): Told => ({
    ...{ process: 0, node: "primary", at: value, endAt: value + 0.5, how },
    ...{ ops: [{ f: "append", key: 0, value }], readings: [] },
  });
  const adds = [add(1, "ok"), add(2, "info")];
  const back = checkSet(historyOf([...adds, read(10, [1, 2]), read(20, [2]), read(30, [1, 2])]));
  deepEqual(back.anomalies.map((each) => each.name), ["resurrected"]);
  match(
    back.anomalies[0]!.witness.join("; "),
    /element 1 on replica1; .*missing at .*seen again at/,
  );
  const gone = checkSet(historyOf([...adds, read(10, [1, 2]), read(20, [1])]));
  deepEqual(gone.anomalies.map((each) => each.name), ["vanished"]);
  const early = checkSet(historyOf([read(-5, [1]), ...adds, read(9, [1])]));
  deepEqual(early.anomalies.map((each) => each.name), ["phantom"]);
});

Deno.test("checkSet() has no opinion without reads, and refuses elements that are no range", () => {
  equal(checkSet(historyOf(set(1, 30).filter(({ ops }) => ops[0]!.f !== "list"))).valid, undefined);
  const huge = structuredClone(set(1, 30));
  huge.find(({ ops }) => ops[0]!.f === "append")!.ops = [{ f: "append", key: 0, value: 1e12 }];
  throws(() => checkSet(historyOf(huge)), RangeError);
});
