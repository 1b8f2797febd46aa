/**
 * `recovery_conflicts`: how many queries of a replica were cancelled because replay could not wait
 * for them, by kind, over all its databases, since its statistics began.
 *
 * A conflict with DROP DATABASE is counted nowhere: the row goes with the database.
 * Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-CONFLICTS-VIEW
 *
 * @module
 */
import { z } from "zod";
import { judge } from "./compare.ts";
import { findEach, lookOf, undecidable } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** `logicalslot` is known since PostgreSQL 16. */
const kinds = ["tablespace", "lock", "snapshot", "bufferpin", "deadlock", "logicalslot"] as const;

/** One row for each kind the server knows. */
const sql = `
  select regexp_replace(key, '^confl_(active_)?', ''), sum(value::int8)::float8, pg_is_in_recovery()
  from pg_stat_database_conflicts as conflicts, jsonb_each_text(to_jsonb(conflicts))
  where key like 'confl\\_%' group by 1 order by 1`;

/** The fact. */
export const recovery_conflicts = defineFact({
  name: "recovery_conflicts",
  summary: "How many queries of each replica replay has cancelled, in all or `of` one kind",
  words: { of: z.enum(kinds).optional().describe("the kind of conflict; default all") },
  comparisons: ["is", "not", "below", "above", "at_most", "at_least"],
  needsComparison: true,
  operand: "value",
  defaultNode: "replicas",
  async look(scene, { nodes, compare, words, signal }) {
    const { of } = words;
    const noun = of ? `${of} conflicts` : "recovery conflicts";
    const expected = `${noun} ${judge(compare, 0).expected}`;
    let unknown: string | undefined;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const { rows } = await scene.observer.ask(node, sql, [], limit);
      const counts: Record<string, number> = Object.fromEntries(
        rows.map(([kind, number]) => [String(kind), Number(number)]),
      );
      const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
      const found = { kind: "conflicts", data: counts };
      if (rows[0]?.[2] !== true && total === 0) {
        const seen = "is a primary: nothing on it can be in the way of replay";
        return { ...found, holds: undefined, code: "NotStandby", seen };
      }
      if (of && counts[of] === undefined) {
        unknown = `${node.name} does not count conflicts of kind ${of}`;
        return { ...found, holds: undefined, code: "UnknownKind", seen: unknown };
      }
      const some = Object.entries(counts).filter(([, number]) => number > 0)
        .map(([kind, number]) => `${number} ${kind}`).join(", ");
      return {
        ...found,
        holds: judge(compare, of ? counts[of] : total).holds,
        code: "RecoveryConflicts",
        seen: `counts ${some || "none"}`,
        measured: [{ unit: "count" as const, value: of ? counts[of]! : total }],
      };
    });
    return unknown ? undecidable("UnknownKind", expected, unknown) : lookOf(findings, expected);
  },
});
