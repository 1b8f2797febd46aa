/**
 * Cycles of a dependency graph, by the names of their kinds; of each kind, in each component, the
 * shortest one that was found.
 *
 * @module
 */
import { edge, type EdgeKind } from "./edge.ts";
import { componentsOf, type Graph } from "./tarjan.ts";

/** The kinds of cycles, from the worst. */
export type CycleName = "G0" | "G1c" | "G-single" | "G-nonadjacent" | "G2";

/** One edge of a cycle. */
export interface CycleStep {
  from: number;
  to: number;
  kind: EdgeKind;
  note: number;
}

/** A cycle: each step begins where the one before ends, the first where the last ends. */
export interface Cycle {
  name: CycleName;
  steps: CycleStep[];
}

/** How many edges all searches together look at; beyond it cycles are found, but not all named. */
const workMax = 50_000_000;

/** Edges of whatever kind. */
const any = edge.ww | edge.wr | edge.rw;

/** Every kind of cycle of every component. */
export function findCycles(graph: Graph): { cycles: Cycle[]; incomplete: boolean } {
  const search = new Search(graph);
  const all = componentsOf(graph, { kinds: any });
  if (all.length === 0) return { cycles: [], incomplete: false };
  const cycles: Cycle[] = [];
  const parts = new Int32Array(graph.nodes).fill(-1);
  all.forEach((nodes, part) => nodes.forEach((node) => parts[node] = part));
  const take = (name: CycleName, nodes: readonly number[], how: Omit<Way, "parts">) => {
    const steps = search.shortest(nodes, { ...how, parts });
    if (steps) cycles.push({ name, steps });
    return steps !== undefined;
  };
  for (const nodes of all) {
    const before = cycles.length;
    const within = (kinds: number) =>
      componentsOf(graph, { kinds, parts, roots: nodes }).length > 0;
    if (within(edge.ww)) take("G0", nodes, { first: edge.ww, rest: edge.ww });
    if (within(edge.ww | edge.wr)) {
      take("G1c", nodes, { first: edge.wr, rest: edge.ww | edge.wr });
    }
    take("G-single", nodes, { first: edge.rw, rest: edge.ww | edge.wr });
    take("G-nonadjacent", nodes, { first: edge.rw, rest: any, apart: true, several: true });
    const isAny = take("G2", nodes, { first: edge.rw, rest: any, adjacent: true });
    if (!isAny && cycles.length === before) {
      // A component is a cycle, whatever the work it takes to name it.
      const steps = search.any(nodes, parts);
      cycles.push({ name: "G2", steps });
    }
  }
  return { cycles, incomplete: search.work > workMax };
}

/** Which cycles are wanted: one edge of the kind `first`, then edges of `rest` back to its begin. */
interface Way {
  first: EdgeKind;
  rest: number;
  /** No two rw in a row, the closing one included. */
  apart?: boolean;
  /** At least two rw. */
  several?: boolean;
  /** Two rw in a row somewhere: begins with them. */
  adjacent?: boolean;
  parts: Int32Array;
}

/** Searches that share their memory and their limit of work. */
class Search {
  readonly #graph: Graph;
  /** Per state, the edge by which it was reached, + 1; and the state it came from. */
  readonly #edgeTo = new Map<number, number>();
  readonly #cameFrom = new Map<number, number>();
  work = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** The shortest wanted cycle among the nodes of one part, as far as the work allows. */
  shortest(nodes: readonly number[], way: Way): CycleStep[] | undefined {
    const { offsets, kinds, targets } = this.#graph;
    let best: CycleStep[] | undefined;
    for (const from of nodes) {
      for (let first = offsets[from]!; first < offsets[from + 1]!; first++) {
        if (kinds[first] !== way.first || way.parts[targets[first]!] !== way.parts[from]) continue;
        if (this.work > workMax) return best;
        const found = this.#back(from, first, way, best?.length ?? Infinity);
        if (found) best = found;
        if (best?.length === 2) return best;
      }
    }
    return best;
  }

  /** Any cycle, for when the search for a special one was given up. */
  any(nodes: readonly number[], parts: Int32Array): CycleStep[] {
    const { offsets, targets, kinds } = this.#graph;
    const from = nodes[0]!;
    for (let first = offsets[from]!; first < offsets[from + 1]!; first++) {
      if (parts[targets[first]!] !== parts[from]) continue;
      const way: Way = { first: kinds[first] as EdgeKind, rest: any, parts };
      const found = this.#back(from, first, way, Infinity);
      if (found) return found;
    }
    throw new Error("a component without a cycle");
  }

  /**
   * Breadth first from the end of the first edge to its begin. A state is a node and what the path
   * has had: bit 0, the last edge was rw; bits 1 and 2, what `several` and `adjacent` ask for.
   */
  #back(from: number, first: number, way: Way, limit: number): CycleStep[] | undefined {
    const { offsets, targets, kinds } = this.#graph;
    const isRw = way.first === edge.rw;
    const begin = targets[first]! * 4 + (isRw && (way.apart || way.several) ? 1 : 0);
    this.#edgeTo.clear();
    this.#cameFrom.clear();
    this.#edgeTo.set(begin, first + 1);
    let level = [begin];
    for (let length = 1; level.length > 0 && length < limit; length++) {
      const next: number[] = [];
      for (const state of level) {
        const node = state >>> 2;
        const flags = state & 3;
        for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
          this.work++;
          const target = targets[at]!;
          if ((kinds[at]! & way.rest) === 0 || way.parts[target] !== way.parts[from]) continue;
          const rw = kinds[at] === edge.rw;
          // The second step of a cycle that is wanted to have two rw in a row.
          if (way.adjacent && length === 1 && !rw) continue;
          if (way.apart && rw && (flags & 1) !== 0) continue;
          const had = (flags & 2) | (rw ? 3 : 0);
          const to = target * 4 + (way.apart || way.several ? had : 0);
          if (target === from) {
            const isWhole = (!way.several || (had & 2) !== 0) &&
              (!way.apart || !isRw || !rw);
            if (isWhole) return this.#steps(state, begin, at, from);
          }
          if (this.#edgeTo.has(to) || target === from) continue;
          this.#edgeTo.set(to, at + 1);
          this.#cameFrom.set(to, state);
          next.push(to);
        }
      }
      level = next;
    }
    return undefined;
  }

  #steps(state: number, begin: number, last: number, from: number): CycleStep[] {
    const { targets, kinds, notes } = this.#graph;
    const path = [last];
    for (let at = state; at !== begin; at = this.#cameFrom.get(at)!) {
      path.push(this.#edgeTo.get(at)! - 1);
    }
    path.push(this.#edgeTo.get(begin)! - 1);
    let node = from;
    return path.reverse().map((at) => {
      const step = { from: node, to: targets[at]!, kind: kinds[at] as EdgeKind, note: notes[at]! };
      node = step.to;
      return step;
    });
  }
}
