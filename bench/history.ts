/**
 * How long the checkers take for a history of a million operations, beside one pass over its columns.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import { checkBank } from "../lib/history/bank.ts";
import { History } from "../lib/history/history.ts";
import { checkListAppend } from "../lib/history/list_append.ts";
import { checkLongFork } from "../lib/history/long_fork.ts";
import { checkMonotonicReads } from "../lib/history/monotonic_reads.ts";
import { checkReadYourWrites } from "../lib/history/read_your_writes.ts";
import { checkSequence } from "../lib/history/sequence.ts";
import { checkSet } from "../lib/history/set_full.ts";
import {
  bank,
  forks,
  lists,
  sequence,
  sessions,
  set,
  type Told,
} from "../lib/history/testdata/simulation.ts";
import { visibilityOf } from "../lib/history/visibility.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits, Measurement } from "./model.ts";

const operations = 1_000_000;
const roundsMax = 5;

/** Clusters one after the other, each with keys and elements of its own, or memory would not do. */
const partSize = 2_000;

/** What is shifted from part to part, and how far; times are, always. */
type Shift = { keys: number } | { elements: number };

function historyOfParts(simulate: (seed: number) => Told[], by: Shift): History {
  const keys = "keys" in by;
  const history = new History();
  for (let part = 0; history.length < operations; part++) {
    const told = simulate(part + 1).sort((a, b) => a.at - b.at);
    const width = keys ? by.keys : by.elements;
    const shift = part * width;
    const later = part * partSize * 10;
    for (const { process, node, at, endAt, how, ops, readings } of told) {
      const moved = ops.map((op) =>
        keys
          ? { ...op, key: op.key + shift }
          : "value" in op
          ? { ...op, value: op.value + shift }
          : { ...op, from: shift + ("from" in op ? op.from! : 0), to: shift + width - 1 }
      );
      const read = keys
        ? readings
        : readings.map((each) => Array.isArray(each) ? each.map((value) => value + shift) : each);
      const row = history.begin({ process, node, at: at + later }, moved);
      history.end(row, how, endAt + later, read);
    }
  }
  return history;
}

/** The floor: every number of the history once. */
function timePass(history: History): number {
  return time(() => {
    const { ending, process, key, value } = history.columns;
    let sum = 0;
    for (let row = 0; row < history.length; row++) {
      sum += ending[row]! + process[row]!;
      for (let slot = history.start(row); slot < history.stop(row); slot++) {
        sum += key[slot]! + (value[slot]! || 0);
      }
    }
    equal(Number.isFinite(sum), true);
  });
}

function time(work: () => void): number {
  const beganAt = performance.now();
  work();
  return performance.now() - beganAt;
}

const accounts = 5;
const groupSize = 3;

/** One kind of history at a time lives: several of a million operations would be what is measured. */
interface Subject {
  name: string;
  make: () => History;
  check: (history: History) => unknown;
}

const subjects: readonly Subject[] = [
  {
    name: "list-append",
    make: () => historyOfParts((seed) => lists(seed, partSize), { keys: partSize }),
    check: (history) => equal(checkListAppend(history).valid, true),
  },
  {
    name: "monotonic reads",
    make: sessionsOfParts,
    check: (history) => equal(checkMonotonicReads(history).valid, true),
  },
  {
    name: "read your writes",
    make: sessionsOfParts,
    check: (history) => equal(checkReadYourWrites(history).valid, true),
  },
  { name: "visibility", make: sessionsOfParts, check: visibilityOf },
  {
    name: "set-full",
    make: () => historyOfParts((seed) => set(seed, partSize / 4), { elements: partSize / 4 + 10 }),
    check: (history) => equal(checkSet(history).valid, true),
  },
  {
    name: "bank",
    make: () => historyOfParts((seed) => bank(seed, partSize, accounts), { keys: 0 }),
    check: (history) => checkBank(history, { accounts, total: accounts * 100 }),
  },
  {
    name: "sequence",
    make: () => historyOfParts((seed) => sequence(seed, partSize), { keys: 10 }),
    check: (history) => equal(checkSequence(history).valid, true),
  },
  {
    name: "long fork",
    make: () =>
      historyOfParts((seed) => forks(seed, partSize, groupSize), { keys: groupSize * partSize }),
    check: (history) => equal(checkLongFork(history, groupSize).valid, true),
  },
];

function sessionsOfParts(): History {
  return historyOfParts((seed) => sessions(seed, partSize / 4), { keys: 10 });
}

async function run({ endsAt, signal }: Limits): Promise<Findings> {
  const measurements: Measurement[] = [];
  for (const { name, make, check } of subjects) {
    const history = make();
    const samples = await alternate({
      check: () => Promise.resolve(time(() => check(history))),
      pass: () => Promise.resolve(timePass(history)),
    }, { max: roundsMax, endsAt, signal });
    measurements.push({
      name: `${name}, ${operations} operations`,
      unit: "ms",
      better: "lower",
      subject: { what: "the checker", samples: samples.check },
      floor: { what: "one pass over the columns", samples: samples.pass },
    });
  }
  return { measurements, notes: [] };
}

/** The benchmark. */
export const history: Benchmark = {
  name: "history",
  summary: "checkers of histories of a million operations",
  weight: 1,
  run,
};
