/**
 * `floors`: what on a replica must not be below the primary's. A replica does not start with less,
 * and pauses its replay when the primary gets more.
 * Source: https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN
 *
 * @module
 */
import type { Precondition } from "./kind.ts";
import { isArranged } from "./sight.ts";

const names = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "max_prepared_transactions",
  "max_locks_per_transaction",
] as const;

/** The precondition. */
export const floors: Precondition = {
  name: "floors",
  requirement: `on no replica below the primary's: ${names.join(", ")}`,
  cause: "it was raised on the primary first, or lowered on a replica",
  remedy: "raise it on the replicas, restart them, then raise it on the primary",
  settings: names,
  judge(sights, { change }) {
    const primary = sights.find(({ role }) => role === "primary");
    if (!primary) return [];
    return sights.filter((sight) => sight !== primary).flatMap(({ node, settings }) =>
      names.filter((name) => !isArranged(change, name, [primary.node, node]))
        .filter((name) => Number(settings[name]) < Number(primary.settings[name]))
        .map((name) => ({
          node,
          seen: `has ${name} ${settings[name]}, ${primary.node} has ${primary.settings[name]}`,
        }))
    );
  },
};
