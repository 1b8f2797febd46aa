/**
 * Replication that cannot go on because of where both servers are in the WAL, and of its slots.
 * Messages: src/backend/replication/walsender.c, walreceiver.c, slot.c and
 * src/backend/access/transam/xlogrecovery.c.
 *
 * @module
 */
import type { Trouble } from "./kind.ts";

/** The troubles. */
export const walTroubles: readonly Trouble[] = [
  {
    name: "WAL removed",
    symptom: "A replica answers reads with old data and never streams again",
    cause: "it was away for longer than the upstream keeps WAL: what it needs is gone",
    remedy: "rebuild it; raise wal_keep_size, use a slot or an archive so that it does not recur",
    logs: [/requested WAL segment \S+ has already been removed/],
    lasts: "ever",
  },
  {
    name: "slot invalidated",
    symptom: "A replica never streams again, wal_status of its slot is lost",
    cause: "it was away for longer than max_slot_wal_keep_size allows its slot to keep WAL",
    remedy: "drop and create the slot, then rebuild the replica",
    logs: [
      /can no longer (?:access|get changes from) replication slot/,
      /invalidating (?:obsolete replication )?slot/,
    ],
  },
  {
    name: "timeline diverged",
    symptom: "An old primary, or a replica of it, does not rejoin after a failover",
    cause: "its history diverged, it needs a rewind or a rebuild: it has WAL that the new " +
      "primary never had",
    remedy: "pg_rewind it to the new primary, or rebuild it",
    logs: [
      /is not in this server's history/,
      /forked off .* before current recovery point/,
      /is not a child of this server's history/,
    ],
    lasts: "ever",
  },
  {
    name: "upstream on an older timeline",
    symptom: "A node that was promoted does not follow the old primary",
    cause: "it is on a later timeline than its upstream, which was not promoted",
    remedy: "let the other one follow it, or rebuild it from that upstream",
    logs: [/highest timeline \d+ of the primary is behind/],
    lasts: "ever",
  },
  {
    name: "replica ahead of its upstream",
    symptom: "A replica does not stream after its upstream lost data or was restored",
    cause: "it has replayed more WAL than its upstream has",
    remedy: "rebuild the replica, or promote it if its data are the ones to keep",
    logs: [/requested starting point .* is ahead of the WAL flush position/],
  },
  {
    name: "another cluster's data",
    symptom: "A replica never streams; its data look right",
    cause: "its data were made by another initdb: it belongs to another cluster",
    remedy: "rebuild it from this primary",
    logs: [/system identifier differs/],
    lasts: "ever",
  },
  {
    name: "slot in use",
    symptom: "One of two replicas streams, now this one, now the other",
    cause: "another replica uses the slot of the same name",
    remedy: "give each replica a primary_slot_name of its own",
    logs: [/replication slot "[^"]*" is active for PID/],
  },
  {
    name: "slot missing",
    symptom: "A replica does not stream, mostly after a failover or a rebuild",
    cause: "the slot it uses is not there on its upstream",
    remedy: "create it: select pg_create_physical_replication_slot(...), on the upstream",
    logs: [/replication slot "[^"]*" does not exist/],
    lasts: "ever",
  },
];
