/**
 * `waiting_on`: what clients of a node wait for, by the names of pg_stat_activity: `SyncRep`,
 * `transactionid`, ... It holds when at least one client's wait fits the comparison. With `of` it
 * looks at another kind of process: of `startup`, what replay waits for.
 * Source: https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE
 *
 * @module
 */
import { z } from "zod";
import { judge } from "./compare.ts";
import { count, findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** Process types of pg_stat_activity.backend_type that wait for something worth telling. */
const processes = [
  "client backend",
  "startup",
  "walsender",
  "walreceiver",
  "checkpointer",
  "archiver",
  "walwriter",
  "autovacuum worker",
  "logical replication worker",
  "slotsync worker",
] as const;

/** A client that waits for its next statement is not held up by anything. */
const sql = `
  select wait_event, count(*)::int, min(left(query, 80)) from pg_stat_activity
  where backend_type = $1 and pid <> pg_backend_pid() and state is distinct from 'idle'
    and wait_event is not null and wait_event <> 'ClientRead'
  group by wait_event order by wait_event`;

/** The fact. */
export const waiting_on = defineFact({
  name: "waiting_on",
  summary: "At least one client of each node, or process `of` a kind, waits for this event",
  words: {
    of: z.enum(processes).optional().describe("the kind of process; default client backend"),
  },
  comparisons: ["is", "matches"],
  needsComparison: true,
  operand: "value",
  defaultNode: "primary",
  async look(scene, { nodes, compare, words, signal }) {
    const { of = "client backend" } = words;
    const noun = of === "client backend" ? "client" : of;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const rows = (await scene.observer.ask(node, sql, [of], limit)).rows as [
        string,
        number,
        string,
      ][];
      const waits = rows.map(([event, clients]) => `${count(clients, noun)} for ${event}`);
      return {
        holds: rows.some(([event]) => judge(compare, event).holds),
        code: "NotWaiting",
        seen: waits.length > 0 ? `has waiting ${waits.join(", ")}` : `has no waiting ${noun}`,
        kind: "wait",
        data: rows.map(([event, clients, query]) => ({ event, clients, query })),
      };
    });
    return lookOf(findings, `a ${noun} waiting for ${judge(compare, "").expected}`);
  },
});
