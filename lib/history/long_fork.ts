/**
 * Long fork: two reads see two writes in opposite orders, so neither is a later state of the other.
 *
 *     read on the primary  x = 1, y = nothing
 *     read on a replica    x = nothing, y = 1
 *
 * Keys come in groups; each key is written once, a read covers a group. Primary and standby can
 * really differ so: on a primary a commit is visible when its backend leaves the list of running
 * transactions, which a synchronous commit does after its wait; on a standby when its commit record is
 * replayed. Source: ProcArrayEndTransaction after SyncRepWaitForLSN in
 * src/backend/access/transam/xact.c, and https://jepsen.io/analyses/amazon-rds-for-postgresql-17.4.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { Anomalies, describeOperation, type Verdict } from "./verdict.ts";

/** The most keys of a group: they are bits of a number. */
const groupMax = 30;

/**
 * Judges reads of groups: key k is in group floor(k / `groupSize`).
 * @throws {RangeError} when the size is not from 2 to 30.
 */
export function checkLongFork(history: History, groupSize: number): Verdict {
  if (!(groupSize >= 2 && groupSize <= groupMax)) {
    throw new RangeError(`Cannot check groups of ${groupSize} keys: 2 to ${groupMax} are possible`);
  }
  const { ending: endings, kind, key, value } = history.columns;
  // Per group: what was seen, as bits, and the first read that saw it.
  const groups = new Map<number, Map<number, number>>();
  const anomalies = new Anomalies();
  const counts = { reads: 0, groups: 0 };
  for (let row = 0; row < history.length; row++) {
    const start = history.start(row);
    if (endings[row] !== ending.ok || kind[start] !== micro.read) continue;
    const group = Math.floor(key[start]! / groupSize);
    let mask = 0;
    let width = 0;
    for (let slot = start; slot < history.stop(row); slot++) {
      if (Math.floor(key[slot]! / groupSize) !== group) continue;
      width++;
      if (!Number.isNaN(value[slot])) mask |= 1 << (key[slot]! % groupSize);
    }
    if (width < groupSize) continue;
    counts.reads++;
    let masks = groups.get(group);
    if (!masks) groups.set(group, masks = new Map());
    if (!masks.has(mask)) masks.set(mask, row);
  }
  counts.groups = groups.size;
  for (const masks of groups.values()) {
    // States in order of size are a chain when each contains the one before.
    const chain = [...masks].sort(([a], [b]) => bits(a) - bits(b));
    for (let index = 1; index < chain.length; index++) {
      const [[less, first], [more, second]] = [chain[index - 1]!, chain[index]!];
      if ((less & more) === less) continue;
      const rows = [first, second].sort((a, b) => a - b) as [number, number];
      anomalies.add("long-fork", () => [
        describeOperation(history, rows[0]),
        `but ${describeOperation(history, rows[1])}`,
      ], rows[1] - rows[0]);
    }
  }
  return anomalies.verdict(counts.reads, counts);
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest; rest &= rest - 1) count++;
  return count;
}
