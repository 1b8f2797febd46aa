/**
 * `slot`: the state of a replication slot: `active` (someone streams from it), `inactive`, `lost`
 * (the WAL it needs is gone) or `absent`.
 * Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
 *
 * @module
 */
import { z } from "zod";
import { ref } from "../scenario/words.ts";
import { judge } from "./compare.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

const sql = `
  select active, wal_status, restart_lsn::text, active_pid
  from pg_replication_slots where slot_name = $1`;

/** The fact. */
export const slot = defineFact({
  name: "slot",
  summary: "A replication slot is `active` (the default), `inactive`, `lost` or `absent`",
  words: { of: z.union([ref, z.string()]).describe("the slot's name") },
  comparisons: ["is", "not"],
  needsComparison: false,
  operand: "value",
  defaultNode: "primary",
  async look(scene, { nodes, compare, words, signal }) {
    const wanted = Object.keys(compare).length === 0 ? { is: "active" } : compare;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [row] = (await scene.observer.ask(node, sql, [words.of], limit)).rows;
      const [active, status, restart, pid] = row ?? [];
      const state = !row ? "absent" : status === "lost" ? "lost" : active ? "active" : "inactive";
      const from = restart ? `, keeps WAL from ${restart} (${status})` : "";
      return {
        holds: judge(wanted, state).holds,
        code: "SlotState",
        seen: `has slot ${words.of} ${state}${from}`,
        kind: "slot",
        data: { slot: words.of, state, status: status ?? null, restart: restart ?? null, pid },
      };
    });
    return lookOf(findings, `slot ${words.of} ${judge(wanted, "").expected}`);
  },
});
