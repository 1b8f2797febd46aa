/**
 * `role`: what a node is, by its own word.
 *
 * @module
 */
import { findEach, lookOf } from "./finding.ts";
import { judge } from "./compare.ts";
import { defineFact } from "./kind.ts";

/** The fact. */
export const role = defineFact({
  name: "role",
  summary: "Each node says it is `primary` (not in recovery) or `replica`",
  words: {},
  comparisons: ["is", "not"],
  needsComparison: true,
  operand: "value",
  states: ["primary", "replica"],
  defaultNode: undefined,
  async look(scene, { nodes, compare, signal }) {
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const isStandby = await scene.observer.value(node, "select pg_is_in_recovery()", limit);
      const seen = isStandby ? "replica" : "primary";
      const { holds } = judge(compare, seen);
      return { holds, code: "OtherRole", seen: `is ${seen}`, kind: "role", data: { role: seen } };
    });
    return lookOf(findings, judge(compare, "").expected);
  },
});
