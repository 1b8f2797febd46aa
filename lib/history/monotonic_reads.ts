/**
 * Monotonic reads: what a session has read it does not un-read, whichever node answers. Values of a
 * register only grow here (one writer counts up), so a smaller value is an older one.
 *
 * `backwards` : on one node: the node itself went back, or lost what it had.
 * `backwards-across` : from one node to another that is further behind: what a balancer does to
 * sessions that it does not pin.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { Anomalies, describeOperation, type Verdict } from "./verdict.ts";

/** The best a session has read of a register, by node and of all nodes. */
interface Seen {
  value: number;
  row: number;
  byNode: Map<number, { value: number; row: number }>;
}

/** Judges every session's reads in its own order. */
export function checkMonotonicReads(history: History): Verdict {
  const { ending: endings, process, node, kind, key, value } = history.columns;
  const sessions = new Map<number, Map<number, Seen>>();
  const anomalies = new Anomalies();
  const counts = { reads: 0, compared: 0, sessions: 0 };
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.read) continue;
      counts.reads++;
      let registers = sessions.get(process[row]!);
      if (!registers) sessions.set(process[row]!, registers = new Map());
      // Nothing there is older than everything.
      const now = Number.isNaN(value[slot]) ? -Infinity : value[slot]!;
      const at = node[row]!;
      const seen = registers.get(key[slot]!);
      if (!seen) {
        const byNode = new Map([[at, { value: now, row }]]);
        registers.set(key[slot]!, { value: now, row, byNode });
        continue;
      }
      counts.compared++;
      const here = seen.byNode.get(at);
      if (here && now < here.value) report("backwards", here.row, row);
      else if (now < seen.value) report("backwards-across", seen.row, row);
      if (now > seen.value) Object.assign(seen, { value: now, row });
      if (!here) seen.byNode.set(at, { value: now, row });
      else if (now > here.value) Object.assign(here, { value: now, row });
    }
  }
  counts.sessions = sessions.size;
  return anomalies.verdict(counts.compared, counts);

  function report(name: string, earlier: number, later: number): void {
    anomalies.add(name, () => [
      describeOperation(history, earlier),
      `then ${describeOperation(history, later)}`,
    ], later - earlier);
  }
}
