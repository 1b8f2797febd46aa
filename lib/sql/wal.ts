/**
 * Where the WAL of a server ends: a primary's, and a replica's.
 *
 * @module
 */
import { formatLsn, parseLsn } from "./lsn.ts";

/** Size of a WAL page; XLOG_BLCKSZ, fixed when PostgreSQL is built, 8192 unless someone changed it. */
const pageBytes = 8192n;

/** Headers of the first page of a segment, and of every other: SizeOfXLogLongPHD, SizeOfXLogShortPHD. */
const headerBytes = [40n, 24n];

/**
 * The end of the last record before an insert position. `pg_current_wal_insert_lsn()` says where the
 * next record begins: behind the page header when the last one filled its page. Replay never
 * reports that position until another record comes, so a wait for it would not end.
 * Source: XLogBytePosToRecPtr and XLogBytePosToEndRecPtr in src/backend/access/transam/xlog.c.
 */
export function endOfRecord(insertLsn: string): string {
  const position = parseLsn(insertLsn);
  const offset = position % pageBytes;
  return headerBytes.includes(offset) ? formatLsn(position - offset) : insertLsn;
}

/**
 * SQL for the end of the WAL that a replica has. A WAL receiver begins at the start of a segment, and
 * counts as received only what goes beyond what was replayed when it began: a replica that had the
 * rest of the segment already (from a backup, the archive, its own pg_wal) says the segment's start
 * for as long as its primary writes nothing.
 * Source: WalReceiverMain and XLogWalRcvFlush in src/backend/replication/walreceiver.c.
 */
export const receivedSql = "greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())";
