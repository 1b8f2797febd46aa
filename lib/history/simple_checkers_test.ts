import { deepEqual, equal, match, throws } from "node:assert/strict";
import fc from "fast-check";
import { checkBank } from "./bank.ts";
import { checkLongFork } from "./long_fork.ts";
import { checkSequence } from "./sequence.ts";
import { bank, forks, historyOf, sequence, type Told } from "./testdata/simulation.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const money = { accounts: 5, total: 500 };
const names = (verdict: { anomalies: { name: string }[] }) => verdict.anomalies.map((e) => e.name);

Deno.test("checkBank() invents nothing, and finds half of a transfer", () => {
  fc.assert(fc.property(seeds, fc.integer({ min: 1, max: 40 }), (seed, amount) => {
    const told = bank(seed, 60);
    deepEqual(checkBank(historyOf(told), money).anomalies, []);
    const read = told.find(({ ops }) => ops.length > 0)!;
    const half = { ...read, readings: [...read.readings] };
    half.readings[2] = Number(half.readings[2]) + amount;
    const verdict = checkBank(historyOf([...told, half]), money);
    deepEqual(names(verdict), ["wrong-total"]);
    match(verdict.anomalies[0]!.witness[0]!, new RegExp(`sum to ${500 + amount}, not 500`));
  }));
});

Deno.test("checkBank() finds accounts that are missing, below zero or unknown", () => {
  const told = (readings: (number | null)[]): Told[] => [{
    ...{ process: 0, node: "replica1", at: 0, endAt: 1, how: "ok", readings },
    ops: readings.map((_, key) => ({ f: "read" as const, key })),
  }];
  const judge = (readings: (number | null)[]) => names(checkBank(historyOf(told(readings)), money));
  deepEqual(judge([100, 100, 100, 100, null]), ["missing-account"]);
  deepEqual(judge([-100, 300, 100, 100, 100]), ["overdraft"]);
  deepEqual(judge([100, 100, 100, 100, 100, 0]), ["unknown-account"]);
  equal(checkBank(historyOf([]), money).valid, undefined);
});

Deno.test("checkSequence() allows gaps, and finds a value that was handed out twice", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const told = sequence(seed, 60);
    deepEqual(checkSequence(historyOf(told)).anomalies, []);
    const ok = told.filter(({ how }) => how === "ok");
    const again = { ...ok[seed % ok.length]!, at: 1000, endAt: 1001 };
    deepEqual(names(checkSequence(historyOf([...told, again]))), ["repeated"]);
  }));
});

Deno.test("checkLongFork() invents nothing, and finds two reads that cannot be ordered", () => {
  const fork = [[1, null, null], [null, null, 1]].map((readings, index): Told => ({
    ...{ process: index, node: `n${index}`, at: 9000 + index, endAt: 9002, how: "ok", readings },
    ops: readings.map((_, key) => ({ f: "read" as const, key: 3000 + key })),
  }));
  fc.assert(fc.property(seeds, (seed) => {
    const told = forks(seed, 90);
    deepEqual(checkLongFork(historyOf(told), 3).anomalies, []);
    deepEqual(names(checkLongFork(historyOf([...told, ...fork]), 3)), ["long-fork"]);
  }));
  throws(() => checkLongFork(historyOf(fork), 31), RangeError);
});
