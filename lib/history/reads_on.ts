/**
 * A part of a history: what was read on some nodes only.
 *
 * @module
 */
import { type Ending, ending, History, micro, type MicroOp, type Reading } from "./history.ts";

const endings = Object.keys(ending) as Ending[];
const kinds = Object.keys(micro) as MicroOp["f"][];

/** The history without the operations that only read on other nodes; writes are all there. */
export function readsOn(history: History, nodes: readonly string[]): History {
  const { invokedAt, endedAt, process, ending: ends } = history.columns;
  const part = new History(history.startedAt ?? invokedAt[0]);
  for (let row = 0; row < history.length; row++) {
    const node = history.nodeOf(row);
    if (!nodes.includes(node) && isRead(history, row)) continue;
    const { ops, readings } = operationAt(history, row);
    const copy = part.begin({ process: process[row]!, node, at: invokedAt[row]! }, ops);
    if (Number.isFinite(endedAt[row])) {
      part.end(copy, endings[ends[row]!]!, endedAt[row]!, readings);
    }
  }
  return part;
}

/** Whether an operation writes nothing. */
export function isRead(history: History, row: number): boolean {
  const { kind } = history.columns;
  for (let slot = history.start(row); slot < history.stop(row); slot++) {
    if (kind[slot] !== micro.read && kind[slot] !== micro.list) return false;
  }
  return true;
}

/** How many operations that only read were answered, by node. */
export function readsByNode(history: History): Map<string, number> {
  const { ending: ends } = history.columns;
  const counts = new Map(history.nodeNames.map((name) => [name, 0]));
  for (let row = 0; row < history.length; row++) {
    if (ends[row] !== ending.ok || !isRead(history, row)) continue;
    const node = history.nodeOf(row);
    counts.set(node, counts.get(node)! + 1);
  }
  return counts;
}

/** An operation as it was recorded. */
export function operationAt(
  history: History,
  row: number,
): { ops: MicroOp[]; readings: Reading[] } {
  const { kind, key, value, length, from, to, element, ending: ends } = history.columns;
  const ops: MicroOp[] = [];
  const readings: Reading[] = [];
  const isKnown = ends[row] === ending.ok;
  for (let slot = history.start(row); slot < history.stop(row); slot++) {
    const f = kinds[kind[slot]!]!;
    const [of, what] = [key[slot]!, value[slot]!];
    const isNothing = Number.isNaN(what);
    if (f === "read") {
      ops.push({ f, key: of });
      readings.push(!isKnown ? undefined : isNothing ? null : what);
    } else if (f === "list") {
      const bounds = [["from", from[slot]!], ["to", to[slot]!]] as const;
      const window = Object.fromEntries(bounds.filter(([, at]) => Number.isFinite(at)));
      ops.push({ f, key: of, ...window });
      const at = isNothing ? 0 : what;
      readings.push(isKnown ? [...element.subarray(at, at + length[slot]!)] : undefined);
    } else {
      ops.push({ f, key: of, value: what });
      readings.push(undefined);
    }
  }
  return { ops, readings };
}
