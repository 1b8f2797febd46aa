/**
 * `streaming`: each replica receives from a node of the cluster, and that node says it streams to
 * it. Both ends are asked: either one alone goes on saying so for a while after a break.
 *
 * @module
 */
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { linkInto } from "./link.ts";

/** The fact. */
export const streaming = defineFact({
  name: "streaming",
  summary: "Each replica's WAL receiver streams, and its upstream's WAL sender says the same",
  words: {},
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "replicas",
  async look(scene, { nodes, signal }) {
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const found = await linkInto(scene, node, limit);
      if ("finding" in found) return found.finding;
      const { receiver, upstream, sender } = found.link;
      return {
        holds: sender.state === "streaming",
        code: "NotStreaming",
        seen: `receives from ${upstream.name}, whose sender is in state ${sender.state}`,
        kind: "link",
        data: { upstream: upstream.name, receiver, sender },
      };
    });
    return lookOf(findings, "streaming, seen from both ends");
  },
});
