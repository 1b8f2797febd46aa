/**
 * `waiting_on`: what clients of a node wait for, by the names of pg_stat_activity: `SyncRep`,
 * `transactionid`, ... It holds when at least one client's wait fits the comparison.
 * Source: https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE
 *
 * @module
 */
import { judge } from "./compare.ts";
import { count, findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** A client that waits for its next statement is not held up by anything. */
const sql = `
  select wait_event, count(*)::int, min(left(query, 80)) from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'
    and wait_event is not null and wait_event <> 'ClientRead'
  group by wait_event order by wait_event`;

/** The fact. */
export const waiting_on = defineFact({
  name: "waiting_on",
  summary: "At least one client of each node waits for this event, like `SyncRep`",
  words: {},
  comparisons: ["is", "matches"],
  needsComparison: true,
  operand: "value",
  defaultNode: "primary",
  async look(scene, { nodes, compare, signal }) {
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const rows = (await scene.observer.ask(node, sql, [], limit)).rows as [
        string,
        number,
        string,
      ][];
      const waits = rows.map(([event, clients]) => `${count(clients, "client")} for ${event}`);
      return {
        holds: rows.some(([event]) => judge(compare, event).holds),
        code: "NotWaiting",
        seen: waits.length > 0 ? `has waiting ${waits.join(", ")}` : "has no waiting client",
        kind: "wait",
        data: rows.map(([event, clients, query]) => ({ event, clients, query })),
      };
    });
    return lookOf(findings, `a client waiting for ${judge(compare, "").expected}`);
  },
});
