/**
 * `sync_state`: what a replica is to its upstream's commits: `async`, `sync`, `quorum`, `potential`.
 *
 * @module
 */
import { judge } from "./compare.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { linkInto } from "./link.ts";

/** The fact. */
export const sync_state = defineFact({
  name: "sync_state",
  summary: "Each replica is `async`, `sync`, `quorum` or `potential` to its upstream",
  words: {},
  comparisons: ["is", "not"],
  needsComparison: true,
  operand: "value",
  states: ["async", "sync", "quorum", "potential"],
  defaultNode: "replicas",
  async look(scene, { nodes, compare, signal }) {
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const found = await linkInto(scene, node, limit);
      if ("finding" in found) return found.finding;
      const { receiver, upstream, sender } = found.link;
      return {
        holds: judge(compare, sender.syncState).holds,
        code: "SyncState",
        seen: `is ${sender.syncState} to ${upstream.name}`,
        kind: "link",
        data: { upstream: upstream.name, receiver, sender },
      };
    });
    return lookOf(findings, judge(compare, "").expected);
  },
});
