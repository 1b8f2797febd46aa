/**
 * `one_primary`: exactly one node of the cluster takes writes. "Takes writes" is read from the
 * server (not in recovery, transactions not read-only), nothing is written.
 *
 * A node that does not answer might be the second one: only a declared fault excuses it.
 *
 * @module
 */
import { findEach, type Finding, lookOf, unreachable } from "./finding.ts";
import { defineFact } from "./kind.ts";

const sql = "select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";

/** The fact. */
export const one_primary = defineFact({
  name: "one_primary",
  summary:
    "Exactly one node takes writes; nodes that do not answer count unless a fault covers them",
  words: {},
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, signal }) {
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [row] = (await scene.observer.ask(node, sql, [], limit)).rows;
      const [isStandby, isReadOnly] = row as [boolean, boolean];
      const isWritable = !isStandby && !isReadOnly;
      const seen = isStandby
        ? "is a replica"
        : isReadOnly
        ? "is a read-only primary"
        : "takes writes";
      const data = { isStandby, isReadOnly, isWritable };
      return { holds: isWritable, code: "role", seen, kind: "role", data };
    });
    const { holds, code } = verdict(findings, (each) => scene.disturbed.has(each.node));
    const { evidence } = lookOf(findings, "");
    const seen = findings.map((each) => `${each.node.name} ${each.seen}`).join(", ");
    return { holds, code, expected: "exactly one node that takes writes", seen, evidence };
  },
});

function verdict(
  findings: readonly Finding[],
  isExcused: (finding: Finding) => boolean,
): { holds: boolean | undefined; code: string } {
  const writable = findings.filter((each) => each.holds).length;
  if (writable > 1) return { holds: false, code: "SeveralPrimaries" };
  const silent = findings.filter((each) => each.holds === undefined && !isExcused(each));
  if (silent.length > 0) return { holds: undefined, code: unreachable };
  return { holds: writable === 1, code: "NoPrimary" };
}
