/**
 * A directed graph of numbers, and the parts of it in which everything reaches everything
 * (strongly connected components). Iterative: a recursive search overflows at some ten thousand.
 * Source: Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).
 *
 * @module
 */
import { columns } from "./column.ts";

/** Edges, gathered in any order; then fixed, for searching. */
export class Graph {
  readonly #from = columns.uint32();
  readonly #to = columns.uint32();
  readonly #kind = columns.uint8();
  readonly #note = columns.float64();
  readonly nodes: number;
  /** Edges of node n are `offsets[n]` to `offsets[n + 1]`. */
  offsets = new Uint32Array(0);
  targets = new Uint32Array(0);
  kinds = new Uint8Array(0);
  notes = new Float64Array(0);

  constructor(nodes: number) {
    this.nodes = nodes;
  }

  /** How many edges there are. */
  get edges(): number {
    return this.#from.length;
  }

  /** Adds an edge. `kind` is one bit; `note` is the caller's. Edges to oneself are left out. */
  add(from: number, to: number, kind: number, note: number): void {
    if (from === to) return;
    this.#from.push(from);
    this.#to.push(to);
    this.#kind.push(kind);
    this.#note.push(note);
  }

  /** Sorts the edges by where they begin. Call it once all are there. */
  fix(): this {
    const { edges } = this;
    this.offsets = new Uint32Array(this.nodes + 1);
    this.targets = new Uint32Array(edges);
    this.kinds = new Uint8Array(edges);
    this.notes = new Float64Array(edges);
    const from = this.#from.data;
    for (let edge = 0; edge < edges; edge++) this.offsets[from[edge]! + 1]!++;
    for (let node = 0; node < this.nodes; node++) this.offsets[node + 1]! += this.offsets[node]!;
    const next = this.offsets.slice();
    for (let edge = 0; edge < edges; edge++) {
      const place = next[from[edge]!]!++;
      this.targets[place] = this.#to.data[edge]!;
      this.kinds[place] = this.#kind.data[edge]!;
      this.notes[place] = this.#note.data[edge]!;
    }
    return this;
  }
}

/** Which edges count: those whose kind is in `kinds`, between nodes of the same `part`. */
export interface Restriction {
  kinds: number;
  /** Number of the part each node is in; only edges inside of one count. Absent: all is one part. */
  parts?: Int32Array | undefined;
  /** Where to begin. Absent: everywhere. */
  roots?: readonly number[] | undefined;
}

/** Components of two nodes or more; order is of no meaning. */
export function componentsOf(graph: Graph, { kinds, parts, roots }: Restriction): number[][] {
  const { offsets, targets, kinds: edgeKinds, nodes } = graph;
  const index = new Uint32Array(nodes);
  const low = new Uint32Array(nodes);
  const isOpen = new Uint8Array(nodes);
  const cursor = new Uint32Array(nodes);
  const path: number[] = [];
  const open: number[] = [];
  const found: number[][] = [];
  let count = 0;
  const enter = (node: number) => {
    index[node] = low[node] = ++count;
    isOpen[node] = 1;
    cursor[node] = offsets[node]!;
    path.push(node);
    open.push(node);
  };
  const leave = (node: number) => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined && low[node]! < low[parent]!) low[parent] = low[node]!;
    if (low[node] !== index[node]) return;
    if (open[open.length - 1] === node) {
      open.pop();
      isOpen[node] = 0;
      return;
    }
    const component = open.splice(open.lastIndexOf(node));
    for (const each of component) isOpen[each] = 0;
    found.push(component);
  };
  const total = roots?.length ?? nodes;
  for (let at = 0; at < total; at++) {
    const root = roots ? roots[at]! : at;
    if (index[root] !== 0) continue;
    enter(root);
    while (path.length > 0) {
      const node = path[path.length - 1]!;
      const edge = cursor[node]!;
      if (edge === offsets[node + 1]!) {
        leave(node);
        continue;
      }
      cursor[node] = edge + 1;
      if ((edgeKinds[edge]! & kinds) === 0) continue;
      const target = targets[edge]!;
      if (parts && parts[target] !== parts[node]) continue;
      if (index[target] === 0) enter(target);
      else if (isOpen[target] && index[target]! < low[node]!) low[node] = index[target]!;
    }
  }
  return found;
}
