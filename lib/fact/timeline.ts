/**
 * `timeline`: the timeline a node writes or receives. From the WAL file name on a primary and from
 * the WAL receiver on a replica; the control file lags behind a promotion.
 *
 * @module
 */
import { judge } from "./compare.ts";
import { findEach, lookOf, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";

const sql = `
  select case when standby then (select received_tli from pg_stat_wal_receiver)
    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end
  from (select pg_is_in_recovery() as standby offset 0) as role`;

/** The fact. */
export const timeline = defineFact({
  name: "timeline",
  summary: "The timeline each node writes or receives; without a comparison: the same on all",
  words: {},
  comparisons: ["is", "not", "below", "above", "at_most", "at_least"],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, signal }) {
    const isSame = Object.keys(compare).length === 0;
    const expected = isSame ? "one timeline on every node" : judge(compare, 0).expected;
    if (isSame && nodes.length < 2) {
      return unseen("NothingToCompare", expected, "one node alone, nothing to compare it with");
    }
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const tli = await scene.observer.value(node, sql, limit) as number | null;
      const found = { kind: "timeline", data: { timeline: tli } };
      return tli === null
        ? { ...found, holds: undefined, code: "NoReceiver", seen: "receives no WAL" }
        : {
          ...found,
          holds: judge(compare, tli).holds,
          code: "OtherTimeline",
          seen: `is on ${tli}`,
        };
    });
    const known = new Set(findings.filter((each) => each.holds).map((each) => each.seen));
    if (!isSame || known.size < 2) return lookOf(findings, expected);
    return lookOf(findings.map((each) => each.holds ? { ...each, holds: false } : each), expected);
  },
});
