/**
 * Why something did not pass, in the operator's words: from what the servers say of themselves and
 * what they have logged. It adds to a problem that was found; it never makes or changes a verdict.
 *
 * @module
 */
import type { LogMark, Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { clipped, notesOf, toldMax, troublesIn } from "./in_log.ts";
import type { Sign, Trouble } from "./kind.ts";
import { troubles } from "./registry.ts";
import { type NodeState, stateOf } from "./state.ts";

/** How long a server may take to say how it is, in milliseconds. */
const answerMs = 5000;

/** What a diagnosis looks at. */
export interface DiagnoseOptions {
  /** Where each node's log was when what failed began. */
  since: ReadonlyMap<string, LogMark>;
  signal: AbortSignal;
}

/** Notes for a problem: each likely cause with where it shows, and what to do. */
export async function diagnose(scene: Scene, options: DiagnoseOptions): Promise<string[]> {
  try {
    const found = await signsOf(scene, options);
    // What was logged last is what is the matter now; of two that are as late the table says which.
    const ordered = [...found].toSorted(([a, one], [b, two]) =>
      one.age - two.age || troubles.indexOf(a) - troubles.indexOf(b)
    );
    return ordered.slice(0, toldMax).flatMap(([trouble, { signs }]) =>
      notesOf(trouble, signs.map(({ node, seen }) => `${node} ${seen}`).join("; "))
    );
  } catch {
    // Nothing to add is better than another problem on top.
    return [];
  }
}

/** What tells of a trouble. */
interface Found {
  signs: Sign[];
  /** How many other troubles a node has told of since; 0: this is the latest. */
  age: number;
}

async function signsOf(
  scene: Scene,
  { since, signal }: DiagnoseOptions,
): Promise<Map<Trouble, Found>> {
  const { nodes } = scene.cluster;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  // The primary first: what it has flushed by then, its replicas can have.
  const states: NodeState[] = [];
  for (const role of ["primary", "replica"]) {
    const asked = nodes.filter(({ declared }) => declared.role === role)
      .map((node) => stateOf(node, scene.observer, limit));
    states.push(...await Promise.all(asked));
  }
  const found = new Map<Trouble, Found>();
  const add = (trouble: Trouble, sign: Sign, age: number) => {
    const { signs = [], age: known = age } = found.get(trouble) ?? {};
    found.set(trouble, { signs: [...signs, sign], age: Math.min(known, age) });
  };
  for (const trouble of troubles) {
    for (const sign of trouble.shows?.(states) ?? []) add(trouble, sign, 0);
  }
  const logs = await Promise.all(nodes.map(async (node) => {
    const state = states.find((each) => each.node === node.name)!;
    return { node, lines: await node.readLog(markFor(node, state, { scene, since })) };
  }));
  for (const { node, lines } of logs) {
    troublesIn(lines).forEach(({ trouble, line }, age) =>
      add(trouble, { node: node.name, seen: `logged: ${clipped(line)}` }, age)
    );
  }
  return found;
}

/**
 * Of a server that is well only what it logged since counts. One that is silent, or receives nothing,
 * may have said why long before: it is read from the beginning of the scenario.
 */
function markFor(
  { name }: Node,
  { isReplica, receiver }: NodeState,
  { scene, since }: { scene: Scene; since: ReadonlyMap<string, LogMark> },
): LogMark {
  const isWell = isReplica === false || receiver === "streaming";
  return (isWell ? since : scene.logStart).get(name) ?? 0;
}
