import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { edge } from "./edge.ts";
import type { MicroOp, Reading } from "./history.ts";
import { checkListAppend } from "./list_append.ts";
import { componentsOf, Graph } from "./tarjan.ts";
import { historyOf, lists, type Told } from "./testdata/simulation.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });

/** An operation after all others: `a1` appends 1 to A, `rA[1 2]` reads A. Lists have keys far away. */
function operation(text: string, index: number): Told {
  const ops: MicroOp[] = [];
  const readings: Reading[] = [];
  const key = (letter: string) => 1_000_000 + letter.charCodeAt(0);
  for (const [, list, elements, to, value] of text.matchAll(/r([A-Z])\[([\d ]*)\]|([A-Z])(\d+)/g)) {
    if (list) {
      ops.push({ f: "list", key: key(list) });
      readings.push(elements!.split(" ").filter(Boolean).map(Number));
    } else {
      ops.push({ f: "append", key: key(to!), value: Number(value) });
      readings.push(undefined);
    }
  }
  const how = text.startsWith("!") ? "fail" : "ok";
  return { process: 50 + index, node: "n", at: 1e6 + index, endAt: 2e6, how, ops, readings };
}

const seeded: [name: string, ...operations: string[]][] = [
  ["G0", "A1 B1", "A2 B2", "rA[1 2] rB[2 1]"],
  ["G1a", "!A1", "rA[1]"],
  ["G1b", "A1 A2", "rA[1]"],
  ["G1c", "A1 rB[2]", "B2 rA[1]"],
  ["G-single", "A1 B1", "rA[1] rB[]", "rB[1]"],
  ["G-nonadjacent", "A1", "B1", "rA[1] rB[]", "rA[] rB[1]"],
  ["G2", "rA[] B1", "rB[] A1", "rA[1] rB[1]"],
  ["phantom", "rA[7]"],
  ["duplicated", "A1", "rA[1 1]"],
  ["internal", "A1 rA[]", "rA[1]"],
];

Deno.test("checkListAppend() invents nothing", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const verdict = checkListAppend(historyOf(lists(seed, 150)));
    deepEqual(verdict.anomalies, []);
    equal(verdict.valid, true);
    ok(verdict.counts.edges! > 50);
  }));
});

for (const [name, ...operations] of seeded) {
  Deno.test(`checkListAppend() finds ${name} in an otherwise valid history, and only that`, () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const told = [...lists(seed, 60), ...operations.map(operation)];
        const verdict = checkListAppend(historyOf(told));
        const names = verdict.anomalies.map((each) => each.name);
        // One that misses its own append also reads around itself, as every other reader would.
        ok(names.includes(name), names.join());
        deepEqual(names.filter((each) => each !== name), name === "internal" ? names.slice(1) : []);
        equal(verdict.incomplete, false);
      }),
      { numRuns: 25 },
    );
  });
}

Deno.test("checkListAppend() finds an element moved in one read of many", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const told = structuredClone(lists(seed, 150));
    const long = told.flatMap(({ readings, how }) => how === "ok" ? readings : [])
      .filter((each) => Array.isArray(each) && each.length > 3) as number[][];
    fc.pre(long.length > 3);
    const read = long[seed % long.length]!;
    [read[0], read[1]] = [read[1]!, read[0]!];
    const names = checkListAppend(historyOf(told)).anomalies.map((each) => each.name);
    ok(names.includes("incompatible-order"), names.join());
  }));
});

Deno.test("checkListAppend() finds an append that was acknowledged and overwritten", () => {
  const [first, second, read] = ["A1", "A2", "rA[2]"].map(operation) as [Told, Told, Told];
  const told = [{ ...first, endAt: first.at + 0.5 }, second, read];
  const [anomaly, ...others] = checkListAppend(historyOf(told)).anomalies;
  deepEqual([anomaly?.name, others], ["lost", []]);
  match(anomaly!.witness.join("; "), /element 1 is not in.*append 1 .*; then .*append 2 .*\[2\]/);
  // Who appends at the same time may come first, or have been refused.
  deepEqual(checkListAppend(historyOf([first, second, read])).anomalies, []);
  const refused = { ...first, endAt: first.at + 0.5, how: "fail" as const };
  deepEqual(checkListAppend(historyOf([refused, second, read])).anomalies, []);
});

Deno.test("checkListAppend() shows the shortest cycle, in words", () => {
  const told = ["A1 B1", "rA[1] rB[]", "rB[1]"].map(operation);
  const [anomaly] = checkListAppend(historyOf(told)).anomalies;
  equal(anomaly!.witness.length, 2);
  match(
    anomaly!.witness.join("\n"),
    /read 1000066 = \[\] -- does not see the other in 1000066 --> client 50 on n/,
  );
});

Deno.test("componentsOf() agrees with reachability, and survives a path of a million", () => {
  const graphs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 });
  fc.assert(fc.property(graphs, (edges) => {
    const graph = new Graph(10);
    for (const [from, to] of edges) graph.add(from, to, edge.ww, 0);
    const found = componentsOf(graph.fix(), { kinds: edge.ww });
    const reach = Array.from(
      { length: 10 },
      (_, a) => Array.from({ length: 10 }, (_, b) => a === b),
    );
    for (let length = 0; length < 10; length++) {
      for (const [from, to] of edges) {
        for (const row of reach) if (row[from]) row[to] = true;
      }
    }
    for (let a = 0; a < 10; a++) {
      for (let b = 0; b < a; b++) {
        const together = found.some((each) => each.includes(a) && each.includes(b));
        equal(together, reach[a]![b]! && reach[b]![a]!);
      }
    }
  }));
  const nodes = 1_000_000;
  const ring = new Graph(nodes);
  for (let node = 0; node < nodes; node++) ring.add(node, (node + 1) % nodes, edge.ww, 0);
  equal(componentsOf(ring.fix(), { kinds: edge.ww })[0]!.length, nodes);
});
