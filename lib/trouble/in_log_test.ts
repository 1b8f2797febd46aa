import { deepEqual, equal, match } from "node:assert/strict";
import { notesFrom, troublesIn } from "./in_log.ts";
import { troubles } from "./registry.ts";

/** How a walreceiver of 15 and of 18 says that it could not connect. */
const could15 =
  'FATAL:  could not connect to the primary server: connection to server at "127.0.0.1"' +
  ", port 27542 failed: ";
const could18 =
  'FATAL:  streaming replication receiver "replica1" could not connect to the primary ' +
  'server: connection to server at "127.0.0.1", port 26733 failed: ';
const unresolved =
  'could not translate host name "nowhere.invalid" to address: Name or service not ' +
  "known";
const removed = "FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment " +
  "000000010000000000000001 has already been removed";
const forked =
  "LOG:  new timeline 2 forked off current database system timeline 1 before current " +
  "recovery point 0/19C2328";
const noEntry =
  'FATAL:  no pg_hba.conf entry for replication connection from host "127.0.0.1", user ' +
  '"myuser", no encryption';
const rejects = 'FATAL:  pg_hba.conf rejects replication connection for host "127.0.0.1", user ' +
  '"myuser", no encryption';

/** Lines that servers wrote, by trouble: those of 15, then those of 18 where they differ. */
const written: Record<string, string[]> = {
  "no hba line for replication": [
    could15 + noEntry,
    could18 + noEntry,
    could15 + rejects,
    could18 + rejects,
    // pg_basebackup's, in a container that cannot clone.
    `pg_basebackup: error: connection to server at "master" (172.18.0.2), port 5432 failed: ${noEntry}`,
  ],
  "no hba line for clients": [
    'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "myuser", database "mydb", no encryption',
  ],
  "wrong password": [
    `${could15}FATAL:  password authentication failed for user "myuser"`,
    `${could18}FATAL:  password authentication failed for user "myuser"`,
    `${could15}fe_sendauth: no password supplied`,
    `${could18}fe_sendauth: no password supplied`,
  ],
  "role without REPLICATION": [
    `${could15}FATAL:  must be superuser or replication role to start walsender`,
    `${could18}FATAL:  permission denied to start WAL sender`,
  ],
  "no such role": [
    `${could15}FATAL:  role "nobody" does not exist`,
    `${could18}FATAL:  role "nobody" does not exist`,
  ],
  "host name unknown": [
    `FATAL:  could not connect to the primary server: ${unresolved}`,
    'FATAL:  streaming replication receiver "replica1" could not connect to the primary server: ' +
    unresolved,
  ],
  "primary_conninfo that cannot be read": [
    "FATAL:  could not connect to the primary server: invalid connection string syntax: invalid " +
    'connection option "hots"',
  ],
  "WAL removed": [removed],
  "slot invalidated": [
    'FATAL:  could not start WAL streaming: ERROR:  can no longer access replication slot "one"',
    'LOG:  invalidating obsolete replication slot "one"',
  ],
  "timeline diverged": [
    forked,
    "FATAL:  could not start WAL streaming: ERROR:  requested starting point 0/5000000 on timeline 1 " +
    "is not in this server's history",
    "FATAL:  requested timeline 2 is not a child of this server's history",
  ],
  "upstream on an older timeline": [
    "FATAL:  highest timeline 1 of the primary is behind recovery timeline 2",
  ],
  "replica ahead of its upstream": [
    "FATAL:  could not start WAL streaming: ERROR:  requested starting point 0/7000000 is ahead of " +
    "the WAL flush position of this server 0/6000148",
  ],
  "another cluster's data": [
    "FATAL:  database system identifier differs between the primary and standby",
  ],
  "slot in use": [
    'FATAL:  could not start WAL streaming: ERROR:  replication slot "one" is active for PID 17171',
  ],
  "slot missing": [
    'FATAL:  could not start WAL streaming: ERROR:  replication slot "missing" does not exist',
  ],
  "parameter below the primary's": [
    "FATAL:  recovery aborted because of insufficient parameter settings",
    "WARNING:  hot standby is not possible because of insufficient parameter settings",
    "DETAIL:  max_connections = 100 is a lower setting than on the primary server, where its value " +
    "was 150.",
  ],
  "hot standby off": ["DETAIL:  Hot standby mode is disabled."],
  "wal_level too low": [
    "FATAL:  WAL was generated with wal_level=minimal, cannot continue recovering",
    'FATAL:  WAL was generated with "wal_level=minimal", cannot continue recovering',
    'FATAL:  WAL streaming (max_wal_senders > 0) requires wal_level "replica" or "logical"',
    'FATAL:  WAL streaming ("max_wal_senders" > 0) requires "wal_level" to be "replica" or "logical"',
  ],
  "settings that cannot be read": [
    'FATAL:  configuration file "/etc/postgresql/postgresql.conf" contains errors',
    'LOG:  invalid value for parameter "max_connections": "many"',
    'LOG:  unrecognized configuration parameter "max_conections" in file "postgresql.conf" line 4',
  ],
  "no password for the first start": [
    "entrypoint: cannot initialise the primary: POSTGRES_PASSWORD is empty",
  ],
  "shared memory too small": [
    'ERROR:  could not resize shared memory segment "/PostgreSQL.1" to 16777216 bytes: No space left ' +
    "on device",
  ],
  "orphan in the container": [
    "LOG:  server process (PID 1284) was terminated by signal 13: Broken pipe",
    "LOG:  untracked child process (PID 95) exited with exit code 2",
  ],
  "disk full": [
    'FATAL:  could not extend file "base/16384/16385": No space left on device',
    'PANIC:  could not write to file "pg_wal/xlogtemp.71": No space left on device',
  ],
  "walsenders used up": [
    `${could15}FATAL:  number of requested standby connections exceeds max_wal_senders (currently 1)`,
    `${could18}FATAL:  number of requested standby connections exceeds "max_wal_senders" (currently 1)`,
  ],
  "connections used up": [
    "FATAL:  sorry, too many clients already",
    "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
  ],
  "upstream not reachable": [
    `${could15}Connection refused`,
    `${could18}Connection refused`,
  ],
};

Deno.test("every trouble that a log tells of has its lines here, and they tell of no other", () => {
  const known = troubles.filter(({ logs }) => logs.length > 0).map(({ name }) => name);
  deepEqual(Object.keys(written), known);
  for (const [name, lines] of Object.entries(written)) {
    for (const line of lines) {
      deepEqual(troublesIn([line]).map(({ trouble }) => trouble.name), [name], line);
    }
  }
});

Deno.test("every trouble is shown by a log or by the servers' state", () => {
  const unseen = troubles.filter(({ logs, shows }) => logs.length === 0 && !shows);
  deepEqual(unseen, []);
});

Deno.test("troublesIn() finds nothing in what servers say when they are well", () => {
  const lines = [
    "LOG:  entering standby mode",
    "LOG:  consistent recovery state reached at 0/19C2328",
    "LOG:  invalid record length at 0/190F788: wanted 24, got 0",
    "LOG:  started streaming WAL from primary at 0/1000000 on timeline 1",
    "LOG:  replication terminated by primary server",
    "LOG:  fetching timeline history file for timeline 2 from primary server",
    "FATAL:  terminating walreceiver process due to administrator command",
    "FATAL:  the database system is starting up",
    "LOG:  waiting for WAL to become available at 0/7002000",
    'ERROR:  relation "role" does not exist at character 15',
  ];
  deepEqual(troublesIn(lines), []);
});

Deno.test("notesFrom() tells the latest first, with the line and what to do", () => {
  const lines = [`${could18}Connection refused`, "LOG:  waiting", removed, removed];
  const notes = notesFrom(lines);
  equal(notes.length, 4);
  match(notes[0]!, /^likely cause: .*what it needs is gone \(the log says: FATAL: .*removed\)$/);
  match(notes[1]!, /^what to do: rebuild it/);
  match(notes[2]!, /^likely cause: the upstream is down/);
});
