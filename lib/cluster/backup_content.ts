/**
 * What of a data directory is no part of a backup, and what of a backup is no part of the server that
 * is made of it. Source of the names: src/backend/backup/basebackup.c, which pg_basebackup follows.
 *
 * @module
 */

/** Folders of which a backup keeps only the folder itself. */
export const emptied: readonly string[] = [
  "pg_dynshmem",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_wal",
];

/** Files at the top that a backup lacks. */
export const skipped: readonly string[] = [
  "backup_label",
  "backup_manifest",
  "current_logfiles",
  "postgresql.auto.conf.tmp",
  "postmaster.opts",
  "postmaster.pid",
  "recovery.signal",
  "standby.signal",
  "tablespace_map",
];

/** How names begin that mean nothing to another server, anywhere. */
export const temporary: readonly string[] = ["pg_internal.init", "pgsql_tmp"];

/**
 * Lines of postgresql.auto.conf by which a server in recovery would pass its own recovery on; for
 * regular expressions of JavaScript and of grep -E, whatever the case.
 */
export const recoveryLines = "^ *(primary_conninfo|primary_slot_name|recovery_target)";
