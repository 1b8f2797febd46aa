/**
 * `system_identifier`: all nodes descend from the same initdb. A replica of another cluster never
 * streams, but goes on answering with old data.
 *
 * @module
 */
import { findEach, lookOf, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";

const sql = "select system_identifier::text from pg_control_system()";

/** The fact. */
export const system_identifier = defineFact({
  name: "system_identifier",
  summary: "All nodes have the same system identifier",
  words: {},
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, signal }) {
    const expected = "the same system identifier on every node";
    if (nodes.length < 2) {
      const seen = `${nodes.map((node) => node.name).join() || "no node"} alone`;
      return unseen("NothingToCompare", expected, `${seen}: there is nothing to compare with`);
    }
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const id = String(await scene.observer.value(node, sql, limit));
      return { holds: true, code: "", seen: `has ${id}`, kind: "identity", data: { id } };
    });
    const known = new Set(findings.filter((each) => each.holds).map((each) => each.seen));
    if (known.size < 2) return lookOf(findings, expected);
    const differing = findings.map((each) =>
      each.holds ? { ...each, holds: false, final: true, code: "OtherSystem" } : each
    );
    return lookOf(differing, expected);
  },
});
