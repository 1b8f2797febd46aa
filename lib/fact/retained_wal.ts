/**
 * `retained_wal`: the WAL a node keeps. Two numbers are seen: what its slots hold back (from the
 * oldest `restart_lsn` to the end of the WAL) and the size of its pg_wal directory, spare segments
 * included. The larger one is judged: it is what the disk has or soon will have to hold.
 * Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
 *
 * @module
 */
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgeQuantity, quantityWords, showQuantity } from "./quantity.ts";

const sql = `
  select slot_name, greatest(0, pg_wal_lsn_diff(at, restart_lsn))::float8,
    (select sum(size)::float8 from pg_ls_waldir())
  from (
    select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
      else pg_current_wal_lsn() end as at offset 0
  ) as position
  left join pg_replication_slots on restart_lsn is not null
  order by restart_lsn limit 1`;

/** The fact. */
export const retained_wal = defineFact({
  name: "retained_wal",
  summary: "WAL kept by each node: what slots hold back or the size of pg_wal, whichever is larger",
  words: {},
  comparisons: quantityWords,
  needsComparison: true,
  operand: "size",
  defaultNode: "primary",
  async look(scene, { nodes, compare, signal }) {
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [row] = (await scene.observer.ask(node, sql, [], limit)).rows;
      const [slot, slotBytes, directoryBytes] = row as [string | null, number | null, number];
      const bytes = Math.max(slotBytes ?? 0, directoryBytes);
      const held = slot === null
        ? "no slot holds any back"
        : `slot ${slot} holds back ${showQuantity("size", slotBytes ?? 0)}`;
      return {
        holds: judgeQuantity(compare, bytes, "size").holds,
        code: "RetainedWal",
        seen: `keeps ${showQuantity("size", directoryBytes)} in pg_wal, ${held}`,
        kind: "wal",
        data: { slot, slotBytes, directoryBytes },
        measured: [{ unit: "bytes" as const, value: bytes }],
      };
    });
    return lookOf(findings, judgeQuantity(compare, 0, "size").expected);
  },
});
