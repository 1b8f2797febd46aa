import { deepEqual, match } from "node:assert/strict";
import { troubles } from "./registry.ts";
import type { NodeState } from "./state.ts";

function state(node: string, changes: Partial<NodeState> = {}): NodeState {
  const isReplica = node !== "master";
  return {
    node,
    role: isReplica ? "replica" : "primary",
    isReplica,
    flushed: isReplica ? null : "0/5000000",
    receiver: isReplica ? "streaming" : null,
    written: isReplica ? "0/5000000" : null,
    ...changes,
  };
}

/** `trouble: node what` for all that these servers show. */
function shown(...states: NodeState[]): string[] {
  return troubles.flatMap(({ name, shows }) =>
    (shows?.(states) ?? []).map(({ node, seen }) => `${name}: ${node} ${seen}`)
  );
}

Deno.test("servers that are well show no trouble", () => {
  deepEqual(shown(state("master"), state("replica1"), state("replica2")), []);
  // After a failover one of the replicas is the primary, and the old one is silent.
  const silent = { isReplica: undefined, flushed: null };
  const promoted = { isReplica: false, flushed: "0/6000000", receiver: null, written: null };
  deepEqual(shown(state("master", silent), state("replica1", promoted)), []);
  // A little is always on its way; of a receiver that does not stream nothing is said.
  deepEqual(shown(state("master"), state("replica1", { written: "0/4FFF000" })), []);
  deepEqual(shown(state("master"), state("replica1", { written: "0/1", receiver: null })), []);
});

Deno.test("a replica that streams and lacks much shows a slow link", () => {
  const [found, ...more] = shown(state("master"), state("replica1", { written: "0/4000000" }));
  deepEqual(more, []);
  match(
    found!,
    /^link too slow: replica1 streams, and has not received 16MB .* what master wrote$/,
  );
});

Deno.test("a replica that takes writes beside the primary shows itself", () => {
  const stray = { isReplica: false, flushed: "0/5000100", receiver: null, written: null };
  deepEqual(shown(state("master"), state("replica1"), state("replica2", stray)), [
    "replica not in recovery: replica2 is not in recovery, and so is not master",
  ]);
});
