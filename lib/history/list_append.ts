/**
 * List-append: operations append to lists and read them, so each list tells the order in which it was
 * written, and the orders of all lists together tell which operation must be before which. When that
 * is a cycle, no order of the operations explains what was seen:
 *
 *     ww  writes the element after the other's      G0      a cycle of ww
 *     wr  reads the other's element                 G1c     of ww and wr
 *     rw  reads the list before the other appends   G-single  with one rw (read skew)
 *                                                   G-nonadjacent  several, never two in a row
 *                                                   G2      any other (write skew)
 *
 * Snapshot isolation on one server allows G2 and nothing else of these. Between a primary and its
 * replicas PostgreSQL also allows G-nonadjacent: see long_fork.ts. Time between operations is not
 * looked at, so a replica that is only behind is no anomaly.
 *
 * @module
 */
import { findCycles } from "./cycles.ts";
import { edge, type EdgeKind } from "./edge.ts";
import { ending, type History, micro } from "./history.ts";
import { Graph } from "./tarjan.ts";
import { Anomalies, describeOperation, type Verdict } from "./verdict.ts";
import { type List, ownAppends, versionOrders } from "./version_order.ts";

/** The verdict; a search that was given up says so. */
export interface AppendVerdict extends Verdict {
  /** True when cycles were there, but finding the name of each was too much work. */
  incomplete: boolean;
}

/** Judges all operations of a history. */
export function checkListAppend(history: History): AppendVerdict {
  const anomalies = new Anomalies();
  const lists = versionOrders(history, anomalies);
  const { graph, reads } = dependencies(history, lists);
  const { cycles, incomplete } = findCycles(graph);
  for (const { name, steps } of cycles) {
    anomalies.add(
      name,
      () =>
        steps.map(({ from, to, kind, note: list }) =>
          `${describeOperation(history, from)} -- ${reasons[kind]} ${list} --> ` +
          describeOperation(history, to)
        ),
      steps.length,
    );
  }
  const counts = { operations: history.length, reads, lists: lists.size, edges: graph.edges };
  return { ...anomalies.verdict(reads, counts), incomplete };
}

/** What an edge says of its list. */
const reasons: Record<EdgeKind, string> = {
  [edge.ww]: "appends before the other to",
  [edge.wr]: "is seen by the other in",
  [edge.rw]: "does not see the other in",
};

function dependencies(history: History, lists: Map<number, List>) {
  const { ending: endings, kind, key, value, length, element } = history.columns;
  const graph = new Graph(history.length);
  const writerAt = (list: List, place: number) => list.writer.get(element[list.at + place]!);
  for (const list of lists.values()) {
    for (let place = 1; place < list.length; place++) {
      const [before, after] = [writerAt(list, place - 1), writerAt(list, place)];
      if (before !== undefined && after !== undefined) graph.add(before, after, edge.ww, list.key);
    }
  }
  let reads = 0;
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.list) continue;
      reads++;
      const list = lists.get(key[slot]!)!;
      // Its own elements are at the end; what it read of others is before them.
      const size = length[slot]! - ownAppends(history, row, slot).length;
      const last = size > 0 ? list.writer.get(element[value[slot]! + size - 1]!) : undefined;
      if (last !== undefined) graph.add(last, row, edge.wr, list.key);
      const next = size >= 0 && size < list.length ? writerAt(list, size) : undefined;
      if (next !== undefined) graph.add(row, next, edge.rw, list.key);
    }
  }
  return { graph: graph.fix(), reads };
}
