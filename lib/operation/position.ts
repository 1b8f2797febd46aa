/**
 * Where a server is: its role, timeline and place in the WAL, asked of itself.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { endOfRecord } from "../sql/wal.ts";

/** A server's place in history. */
export interface Position {
  role: "primary" | "replica";
  /** 0: it cannot say yet (a replica that has received nothing since its start). */
  timeline: number;
  /** A primary's end of WAL; what a replica has replayed. */
  lsn: string;
}

/**
 * A primary's timeline is in the name of its WAL file, a replica's is that of what it received:
 * pg_control_checkpoint() still says the old one just after a promotion.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 */
const sql = `select pg_is_in_recovery(),
  case when pg_is_in_recovery()
    then (select received_tli::text from pg_stat_wal_receiver)
    else left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end,
  case when pg_is_in_recovery()
    then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end::text`;

/** Asks a server for its position. */
export async function positionOf(scene: Scene, node: Node, signal: AbortSignal): Promise<Position> {
  const { rows } = await scene.observer.ask(node, sql, [], signal);
  const [isReplica, timeline, lsn] = rows[0] as [boolean, string | null, string | null];
  return {
    role: isReplica ? "replica" : "primary",
    timeline: timeline === null ? 0 : parseInt(timeline, isReplica ? 10 : 16),
    lsn: lsn === null ? "0/0" : isReplica ? lsn : endOfRecord(lsn),
  };
}

/** A position as evidence: `replica1 ...: replica on timeline 2 at 0/5000148`. */
export function positionEvidence(node: Node, what: string, position: Position): Evidence {
  const { role, timeline, lsn } = position;
  const where = timeline > 0 ? ` on timeline ${timeline}` : "";
  const text = `${node.name} ${what}: ${role}${where} at ${lsn}`;
  return { kind: "lsn", node: node.name, text, data: { ...position } };
}
