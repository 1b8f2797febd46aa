/**
 * What servers say of themselves when a step did not pass: all that troubles without a line in a log
 * are known by.
 * Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Observer } from "../cluster/observer.ts";
import { receivedSql } from "../sql/wal.ts";

/** One server; what it does not answer is undefined. */
export interface NodeState {
  node: string;
  /** As declared. */
  role: "primary" | "replica";
  isReplica: boolean | undefined;
  /** Up to where a primary's WAL is on its disk. */
  flushed: string | null;
  /** `streaming`, ...; null when no WAL receiver runs. */
  receiver: string | null;
  /** Up to where a replica has written what it received. */
  written: string | null;
}

// A receiver that began anew says nothing of what it has written before its first chunk is there, which a
// slow link delays most: up to 128 kB at once (MAX_SEND_SIZE of PostgreSQL's walsender.c).
const sql = `select pg_is_in_recovery(),
    case when pg_is_in_recovery() then null else pg_current_wal_flush_lsn() end::text,
    status, greatest(written_lsn, ${receivedSql})::text
  from (select 1) as always left join pg_stat_wal_receiver on true`;

/** Asks one server; one that does not answer is part of the answer. */
export async function stateOf(
  node: Node,
  observer: Observer,
  signal: AbortSignal,
): Promise<NodeState> {
  const known = { node: node.name, role: node.declared.role };
  try {
    const { rows } = await observer.ask(node, sql, [], signal);
    const [isReplica, flushed, receiver, written] = rows[0] as [boolean, ...(string | null)[]];
    return {
      ...known,
      isReplica,
      flushed: flushed ?? null,
      receiver: receiver ?? null,
      written: written ?? null,
    };
  } catch {
    return { ...known, isReplica: undefined, flushed: null, receiver: null, written: null };
  }
}
