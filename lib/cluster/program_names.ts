/**
 * PostgreSQL's own programs beside the server, which a target may have or lack.
 *
 * @module
 */

/** Programs that a scenario or the harness itself may need. */
export const programNames: readonly string[] = [
  "pg_basebackup",
  "pg_rewind",
  "pgbench",
  "psql",
  "pg_dump",
  "pg_receivewal",
  "pg_verifybackup",
  "pg_controldata",
  "pg_waldump",
];
