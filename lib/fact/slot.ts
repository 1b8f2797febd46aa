/**
 * `slot`: the state of a replication slot: `active` (someone streams from it), `inactive`, `lost`
 * (the WAL it needs is gone) or `absent`. Beside that, how far the server has come in dropping the
 * WAL it needs (`wal_status`), and how much WAL it holds back.
 * Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
 *
 * @module
 */
import { z } from "zod";
import { ref, size } from "../scenario/words.ts";
import { all, judge } from "./compare.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { showQuantity } from "./quantity.ts";

const sql = `
  select active, wal_status, restart_lsn::text, active_pid, pg_wal_lsn_diff(
      case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
      restart_lsn)::float8
  from pg_replication_slots where slot_name = $1`;

/** From safe to gone: extended is beyond max_wal_size, unreserved goes at the next checkpoint. */
const wal_status = z.enum(["reserved", "extended", "unreserved", "lost"]).optional()
  .describe("what becomes of the WAL it needs");

/** The fact. */
export const slot = defineFact({
  name: "slot",
  summary: "A replication slot is `active` (the default), `inactive`, `lost` or `absent`",
  words: {
    of: z.union([ref, z.string()]).describe("the slot's name"),
    wal_status,
    keeps_at_least: size.optional().describe("WAL it holds back, at least"),
    keeps_at_most: size.optional().describe("WAL it holds back, at most"),
  },
  comparisons: ["is", "not"],
  needsComparison: false,
  operand: "value",
  states: ["active", "inactive", "lost", "absent"],
  defaultNode: "primary",
  async look(scene, { nodes, compare, words, signal }) {
    const { wal_status, keeps_at_least: least, keeps_at_most: most } = words;
    const isBare = wal_status === undefined && least === undefined && most === undefined;
    const isAsked = Object.keys(compare).length > 0;
    const wanted = isAsked ? compare : isBare ? { is: "active" } : undefined;
    const expected = [
      wanted ? [judge(wanted, "").expected] : [],
      wal_status ? [`its WAL ${wal_status}`] : [],
      least === undefined ? [] : [`holding back at least ${showQuantity("size", least)}`],
      most === undefined ? [] : [`holding back at most ${showQuantity("size", most)}`],
    ].flat().join(", ");
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [row] = (await scene.observer.ask(node, sql, [words.of], limit)).rows;
      const [active, status, restart, pid, kept] = row ?? [];
      const state = !row ? "absent" : status === "lost" ? "lost" : active ? "active" : "inactive";
      const from = restart
        ? `, keeps ${showQuantity("size", Number(kept))} of WAL from ${restart} (${status})`
        : "";
      // A slot that is not there keeps nothing, and one that keeps nothing has no size to judge.
      const bytes = typeof kept === "number" ? kept : undefined;
      const fits = (limited: number | undefined, test: (bytes: number) => boolean) =>
        limited === undefined ? true : bytes === undefined ? row ? undefined : false : test(bytes);
      return {
        holds: all([
          wanted ? judge(wanted, state).holds : row !== undefined,
          wal_status === undefined || status === wal_status,
          fits(least, (seen) => seen >= least!),
          fits(most, (seen) => seen <= most!),
        ]),
        code: "SlotState",
        seen: `has slot ${words.of} ${state}${from}`,
        kind: "slot",
        data: {
          slot: words.of,
          state,
          status: status ?? null,
          restart: restart ?? null,
          pid,
          bytes: bytes ?? null,
        },
      };
    });
    return lookOf(findings, `slot ${words.of} ${expected}`);
  },
});
