/**
 * Visibility: how long after a write each node shows it, as the interval in which the truth lies.
 * One clock, the clients' own; no server's clock and no server's counter is believed.
 *
 *     write    sent ────── acknowledged
 *     node          read: old ───── read: old ───── read: new
 *                                   └ sent               └ received
 *     low  = last old answer's read sent - write acknowledged, at least 0
 *     high = first new answer received - write sent
 *
 * The commit lies between the write's two times, the moment of visibility between the reads' two; the
 * latter is `window`, what polling costs in exactness.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";

/** One write on one node; milliseconds. */
export interface Delay {
  /** The value written. */
  value: number;
  /** When its write was acknowledged, on the history's clock. */
  acknowledgedAt: number;
  low: number;
  /** Infinity: not seen there yet. */
  high: number;
  /** From the last old answer's question to the first new answer. NaN: no read saw it missing. */
  window: number;
}

/** What one node showed. */
export interface NodeVisibility {
  node: string;
  /** In order of the writes. Those that nobody looked for are left out. */
  delays: Delay[];
  /** How many reads there were. */
  reads: number;
}

/** Acknowledged writes of one register, by rising value. */
interface Register {
  values: number[];
  rows: number[];
}

/** What reads of one register on one node say, by index of the write. */
interface Looks {
  /** A read that had write i, but not the next one, had ended by then. */
  seenBy: Float64Array;
  /** A read that lacked write i, but had the one before, was sent then. */
  missingAt: Float64Array;
}

/** Of every node that was read; values of a register only grow. */
export function visibilityOf(history: History): NodeVisibility[] {
  const { invokedAt, endedAt, ending: endings, node, kind, key, value } = history.columns;
  const registers = registersOf(history);
  const nodes = history.nodeNames.map(() => ({ reads: 0, looks: new Map<number, Looks>() }));
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      const register = kind[slot] === micro.read ? registers.get(key[slot]!) : undefined;
      if (!register) continue;
      const seen = nodes[node[row]!]!;
      seen.reads++;
      let looks = seen.looks.get(key[slot]!);
      if (!looks) {
        const { length } = register.values;
        looks = {
          seenBy: new Float64Array(length).fill(Infinity),
          missingAt: new Float64Array(length).fill(-Infinity),
        };
        seen.looks.set(key[slot]!, looks);
      }
      const had = countUpTo(register.values, value[slot]!);
      if (had > 0) looks.seenBy[had - 1] = Math.min(looks.seenBy[had - 1]!, endedAt[row]!);
      if (had < looks.missingAt.length) {
        looks.missingAt[had] = Math.max(looks.missingAt[had]!, invokedAt[row]!);
      }
    }
  }
  return nodes.flatMap(({ reads, looks }, index) => {
    if (reads === 0) return [];
    const delays = [...looks].flatMap(([of, each]) => delaysOf(history, registers.get(of)!, each));
    delays.sort((a, b) => a.acknowledgedAt - b.acknowledgedAt);
    return [{ node: history.nodeNames[index]!, delays, reads }];
  });
}

function registersOf(history: History): Map<number, Register> {
  const { ending: endings, kind, key, value } = history.columns;
  const registers = new Map<number, Register>();
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.write) continue;
      let register = registers.get(key[slot]!);
      if (!register) registers.set(key[slot]!, register = { values: [], rows: [] });
      if (value[slot]! <= (register.values.at(-1) ?? -Infinity)) continue;
      register.values.push(value[slot]!);
      register.rows.push(row);
    }
  }
  return registers;
}

/** How many of the rising values are at most `value`; none when it is NaN. */
function countUpTo(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function delaysOf(history: History, register: Register, { seenBy, missingAt }: Looks): Delay[] {
  const { invokedAt, endedAt } = history.columns;
  const { length } = register.values;
  // Who has a write has those before it; who lacks one lacks those after it.
  for (let at = length - 2; at >= 0; at--) seenBy[at] = Math.min(seenBy[at]!, seenBy[at + 1]!);
  for (let at = 1; at < length; at++) missingAt[at] = Math.max(missingAt[at]!, missingAt[at - 1]!);
  const delays: Delay[] = [];
  for (let at = 0; at < length; at++) {
    const row = register.rows[at]!;
    const acknowledgedAt = endedAt[row]!;
    const isMissed = missingAt[at]! >= acknowledgedAt;
    if (!isMissed && seenBy[at] === Infinity) continue;
    const wasMissing = missingAt[at]! >= invokedAt[row]!;
    delays.push({
      value: register.values[at]!,
      acknowledgedAt,
      low: isMissed ? missingAt[at]! - acknowledgedAt : 0,
      high: Math.max(seenBy[at]! - invokedAt[row]!, 0),
      window: wasMissing ? Math.max(0, seenBy[at]! - missingAt[at]!) : NaN,
    });
  }
  return delays;
}
