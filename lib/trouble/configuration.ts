/**
 * Servers that do not start, or do not do what they are for, because of how they are configured.
 *
 * @module
 */
import type { Trouble } from "./kind.ts";
import type { NodeState } from "./state.ts";

/** The troubles. */
export const configurationTroubles: readonly Trouble[] = [
  {
    name: "parameter below the primary's",
    symptom: "A replica does not start, or its replay pauses after the primary was restarted",
    cause: "a setting of the replica is below the primary's: max_connections, " +
      "max_worker_processes, max_wal_senders, max_prepared_transactions or " +
      "max_locks_per_transaction",
    remedy: "raise it on the replica to the primary's value and restart the replica",
    logs: [
      /because of insufficient parameter settings/,
      /is a lower setting than on the primary server/,
    ],
  },
  {
    name: "replica not in recovery",
    symptom: "Two servers take writes; a replica's data go their own way",
    cause: "it is no replica: it was promoted, or started without standby.signal",
    remedy: "rebuild it as a replica of the primary, after saving what was written to it",
    logs: [],
    shows: strayPrimaries,
  },
  {
    name: "hot standby off",
    symptom: "A replica streams and lets nobody in",
    cause: "hot_standby is off on the replica",
    remedy: "set hot_standby = on and restart the replica",
    logs: [/[Hh]ot standby mode is disabled/],
  },
  {
    name: "wal_level too low",
    symptom: "A replica ends itself, or a base backup is refused",
    cause: "wal_level of the primary is minimal, or was for a while",
    remedy: "set wal_level = replica on the primary, restart it and rebuild the replicas",
    logs: [
      /WAL was generated with "?wal_level=minimal/,
      /WAL streaming \("?max_wal_senders"? > 0\) requires/,
      /WAL level not sufficient/,
    ],
  },
  {
    name: "settings that cannot be read",
    symptom: "A server does not start after its configuration was changed",
    cause: "its configuration has a value or a name that the server does not know",
    remedy: "correct the line that the log names",
    logs: [
      /configuration file ".*" contains errors/,
      /invalid value for parameter/,
      /unrecognized configuration parameter/,
      /syntax error in file/,
    ],
  },
  {
    name: "no password for the first start",
    symptom: "A container ends at once on an empty volume",
    cause: "the primary cannot be initialised without POSTGRES_PASSWORD",
    remedy: "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE",
    logs: [/POSTGRES_PASSWORD is empty/, /superuser password is not specified/],
  },
];

/** A declared replica that takes writes beside another primary; after a failover it is the only one. */
function strayPrimaries(states: readonly NodeState[]) {
  const primaries = states.filter(({ isReplica }) => isReplica === false);
  if (primaries.length < 2) return [];
  return primaries.filter(({ role }) => role === "replica").map(({ node }) => {
    const others = primaries.filter((each) => each.node !== node).map((each) => each.node);
    return { node, seen: `is not in recovery, and so is not ${others.join(", nor ")}` };
  });
}
