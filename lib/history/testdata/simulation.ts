/**
 * Histories of a cluster that keeps its word: one primary that commits one operation after the other,
 * replicas that show an older state of it, clients that are told the truth, sometimes nothing.
 * Everything follows from one seed. Tests break them on purpose; the bench judges large ones.
 *
 * @module
 */
import { type Ending, History, type MicroOp, type Reading } from "../history.ts";
import { seededRandom } from "../../run/random.ts";

/** An operation as a test can change it. */
export interface Told {
  process: number;
  node: string;
  at: number;
  endAt: number;
  how: Ending;
  ops: MicroOp[];
  readings: Reading[];
}

/** The history of what was told, in order of invocation. */
export function historyOf(told: readonly Told[]): History {
  const history = new History();
  for (const each of [...told].sort((a, b) => a.at - b.at)) {
    history.end(history.begin(each, each.ops), each.how, each.endAt, each.readings);
  }
  return history;
}

/** The nodes; the first is the primary. */
export const nodes = ["primary", "replica1", "replica2"];

/** Choices from a seed. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  /** When an operation that commits at `commit` was sent and ended. */
  around(commit: number): { at: number; endAt: number } {
    return { at: commit - this.#random() * 0.9, endAt: commit + 0.01 + this.#random() * 0.9 };
  }
}

/** What became of a write, and whether it happened. */
export function fateOf(dice: Dice): { how: Ending; isDone: boolean } {
  if (dice.once(12)) return { how: "fail", isDone: false };
  return dice.once(12) ? { how: "info", isDone: dice.once(2) } : { how: "ok", isDone: true };
}

/**
 * Sessions that each write their own register and read it where they find what they know of: session
 * guarantees hold though replicas are behind.
 */
export function sessions(seed: number, size: number): Told[] {
  const dice = new Dice(seed);
  const clients = 4;
  // Values of each register by the time of their commit; a replica shows those up to some time.
  const commits = Array.from({ length: clients }, () => [] as { value: number; at: number }[]);
  const position = [Infinity, 0, 0];
  const known = new Array<number>(clients).fill(0);
  const told: Told[] = [];
  for (let step = 1; step <= size; step++) {
    const now = step * clients;
    for (const node of [1, 2]) if (dice.once(3)) position[node] = now - dice.below(40);
    // A client's next operation begins after its last one: each has its own part of the step.
    for (let process = 0; process < clients; process++) {
      const commit = now + process + 0.95;
      const base = { process, ...dice.around(commit) };
      const values = commits[process]!;
      if (dice.once(3)) {
        const { how, isDone } = fateOf(dice);
        if (isDone) values.push({ value: step, at: commit });
        if (how === "ok") known[process] = step;
        const ops: MicroOp[] = [{ f: "write", key: process, value: step }];
        told.push({ ...base, node: nodes[0]!, how, ops, readings: [] });
        continue;
      }
      const shown = position.map((at) =>
        values.findLast((each) => each.at <= Math.max(0, at))?.value ?? null
      );
      const able = [0, 1, 2].filter((node) => (shown[node] ?? 0) >= known[process]!);
      const node = able[dice.below(able.length)]!;
      known[process] = shown[node] ?? known[process]!;
      const ops: MicroOp[] = [{ f: "read", key: process }];
      told.push({ ...base, node: nodes[node]!, how: "ok", ops, readings: [shown[node]!] });
    }
  }
  return told;
}

/** Elements added on the primary; reads of all, or of a window, anywhere; the last read is late. */
export function set(seed: number, size: number): Told[] {
  const dice = new Dice(seed);
  const done: { value: number; at: number }[] = [];
  const position = [Infinity, 0, 0];
  const told: Told[] = [];
  const read = (process: number, commit: number, node: number, from: number | undefined) => {
    const at = position[node]!;
    const values = done.filter((each) => each.at <= at && each.value > (from ?? -Infinity));
    told.push({
      ...{ process, node: nodes[node]!, ...dice.around(commit), how: "ok" },
      ops: [{ f: "list", key: 0, ...(from === undefined ? {} : { from }) }],
      readings: [values.map((each) => each.value)],
    });
  };
  for (let step = 1; step <= size; step++) {
    for (const node of [1, 2]) position[node] = Math.max(position[node]!, step - dice.below(20));
    if (dice.once(4)) {
      const from = dice.once(2) ? Math.max(0, step - 10) : undefined;
      read(1 + dice.below(3), step, dice.below(3), from);
      continue;
    }
    const { how, isDone } = fateOf(dice);
    if (isDone) done.push({ value: step, at: step });
    const ops: MicroOp[] = [{ f: "append", key: 0, value: step }];
    told.push({ ...{ process: 0, node: nodes[0]!, how, ops, readings: [] }, ...dice.around(step) });
  }
  position.fill(Infinity);
  for (const node of [0, 1, 2]) read(4 + node, size + 3, node, undefined);
  return told;
}

/** Transfers between accounts, reads of all of them on a node of any age. */
export function bank(seed: number, size: number, accounts = 5): Told[] {
  const dice = new Dice(seed);
  let state = new Array<number>(accounts).fill(100);
  const states = [state];
  const told: Told[] = [];
  for (let step = 1; step <= size; step++) {
    const base = { process: dice.below(5), ...dice.around(step) };
    if (dice.once(2)) {
      const node = dice.below(3);
      const old = states.at(node === 0 ? -1 : -1 - dice.below(Math.min(8, states.length)))!;
      const ops: MicroOp[] = old.map((_, key) => ({ f: "read", key }));
      told.push({ ...base, node: nodes[node]!, how: "ok", ops, readings: [...old] });
      continue;
    }
    const [from, to] = [dice.below(accounts), dice.below(accounts)];
    const { how, isDone } = fateOf(dice);
    if (isDone && state[from]! > 0) {
      state = [...state];
      state[from]!--;
      state[to]!++;
      states.push(state);
    }
    told.push({ ...base, node: nodes[0]!, how, ops: [], readings: [] });
  }
  return told;
}

/** Values of two sequences, with gaps. */
export function sequence(seed: number, size: number): Told[] {
  const dice = new Dice(seed);
  const last = [0, 0];
  return Array.from({ length: size }, (_, step) => {
    const key = dice.below(2);
    last[key]! += dice.once(20) ? 33 : 1;
    const how = dice.once(15) ? "info" : "ok";
    const ops: MicroOp[] = [{ f: "read", key }];
    const base = { process: dice.below(4), node: nodes[0]!, ...dice.around(step) };
    return { ...base, how, ops, readings: [last[key]!] };
  });
}

/** Groups of `groupSize` keys, each written once; reads of a whole group, on nodes of any age. */
export function forks(seed: number, size: number, groupSize = 3): Told[] {
  const dice = new Dice(seed);
  const groups = Math.ceil(size / 10);
  const written = Array.from({ length: groups }, () => [] as number[]);
  return Array.from({ length: size }, (_, step) => {
    const group = dice.below(groups);
    const keys = Array.from({ length: groupSize }, (_, each) => group * groupSize + each);
    const done = written[group]!;
    const free = keys.filter((key) => !done.includes(key));
    const base = { process: dice.below(4), node: nodes[dice.below(3)]!, ...dice.around(step) };
    if (free.length > 0 && dice.once(3)) {
      const key = free[dice.below(free.length)]!;
      done.push(key);
      return { ...base, how: "ok", ops: [{ f: "write", key, value: 1 }], readings: [] };
    }
    const seen = done.slice(0, done.length - dice.below(done.length + 1));
    const ops: MicroOp[] = keys.map((key) => ({ f: "read", key }));
    return { ...base, how: "ok", ops, readings: keys.map((key) => seen.includes(key) ? 1 : null) };
  });
}

/** How many elements a list gets before another key takes its place. */
const listMax = 24;

/** Operations that append to lists and read them on the primary; readers on nodes of any age. */
export function lists(seed: number, size: number): Told[] {
  const dice = new Dice(seed);
  let first = 0;
  const state = new Map<number, { values: number[]; at: number[] }>();
  const position = [Infinity, 0, 0];
  let next = 0;
  return Array.from({ length: size }, (_, index) => {
    const step = index + 1;
    for (const node of [1, 2]) position[node] = Math.max(position[node]!, step - dice.below(20));
    const node = dice.once(3) ? 1 + dice.below(2) : 0;
    const { how, isDone } = node > 0 ? { how: "ok" as const, isDone: true } : fateOf(dice);
    const ops: MicroOp[] = [];
    const readings: Reading[] = [];
    const own = new Map<number, number[]>();
    for (let left = 1 + dice.below(4); left > 0; left--) {
      const key = first + dice.below(3);
      let list = state.get(key);
      if (!list) state.set(key, list = { values: [], at: [] });
      if (node === 0 && dice.once(2)) {
        const value = ++next;
        ops.push({ f: "append", key, value });
        readings.push(undefined);
        own.set(key, [...own.get(key) ?? [], value]);
        continue;
      }
      const length = list.at.findLastIndex((at) => at <= position[node]!) + 1;
      ops.push({ f: "list", key });
      readings.push([...list.values.slice(0, length), ...own.get(key) ?? []]);
    }
    for (const [key, values] of own) {
      if (!isDone) break;
      const list = state.get(key)!;
      list.values.push(...values);
      list.at.push(...values.map(() => step));
    }
    if ((state.get(first)?.values.length ?? 0) > listMax) first++;
    const base = { process: dice.below(6), node: nodes[node]!, ...dice.around(step) };
    return { ...base, how, ops, readings };
  });
}
