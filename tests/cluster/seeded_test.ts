/**
 * Every shipped scenario fails when its cause is there, at the step that is meant to see it and for
 * the reason that is expected. A scenario without a seed fails this test: nobody has seen it fail.
 *
 * @module
 */
import { deepEqual } from "node:assert/strict";
import { join } from "node:path";
import { lacksMount } from "../../lib/cluster/local/disk.ts";
import { readMutants } from "../../lib/mutant/read.ts";
import { findScenarios } from "../../lib/scenario/files.ts";
import { lossSeeds } from "./seeds/loss.ts";
import {
  after,
  before,
  both,
  failAsPlanted,
  indexOf,
  insert,
  type Seed,
  settings,
  within,
} from "./seeds/seed.ts";

/** Whether disks can be filled here. */
const mayMount = lacksMount() === undefined;

const pooledAgain =
  "the pooled client is answered by the restarted server, on the connection that it had";

const seeds: Seed[] = [
  ...lossSeeds,
  {
    scenario: "consistency/transactions-have-an-order.yaml",
    cause: "appends overwrite each other",
    plant: (document) => document.setIn(["load", "lists", "isolation"], "read committed"),
    fails: {
      step: "no cycle over all nodes",
      code: "Anomaly",
      seen: /(lost|incompatible-order|G-single|G0|G1c) .*client \d+ on \w+.*append/,
    },
  },
  {
    scenario: "partition/primary-lost-while-cut-off.yaml",
    cause: "the cut is one way, and the other",
    plant: (document) => {
      const at = indexOf(document, "the primary is cut off from all replicas");
      document.setIn(["steps", at, "direction"], "upstream");
    },
    fails: {
      step: "exactly the writes after the cut are lost",
      code: "NothingLost",
      seen: /has all/,
    },
  },
  {
    scenario: "partition/synchronous-loses-nothing.yaml",
    cause: "commits are acknowledged without the replica",
    plant: settings({ synchronous_commit: "local" }),
    fails: { step: "its commits wait", code: "NotWaiting", seen: /master/ },
  },
  {
    scenario: "durability/cancelled-commit-is-local.yaml",
    cause: "commits wait for no replica",
    plant: settings({ synchronous_commit: "local" }),
    fails: { step: "a commit hangs", code: "DidNotBlock", seen: /ended after/ },
  },
  {
    scenario: "reads/pooled-clients-survive.yaml",
    cause: "nothing stands between the client and its replica",
    plant: both(
      (document) => document.deleteIn(["steps", 0, "through"]),
      within(pooledAgain, "2s"),
    ),
    fails: { step: pooledAgain, code: "Unreachable", seen: /57P01/ },
  },
  {
    scenario: "replication/write-visible.yaml",
    cause: "replay is paused on a replica",
    plant: before({ sql: "select pg_wal_replay_pause()", node: "replica2" }),
    fails: {
      step: "every replica replays that write",
      code: "NotReplayed",
      seen: /replica2.*[0-9A-F]+\/[0-9A-F]+.*paused/,
    },
  },
  {
    scenario: "replication/replicas-refuse-writes.yaml",
    cause: "a write came true after all",
    plant: after("an INSERT is refused", { sql: "insert into note (words) values ('second')" }),
    fails: { step: "nothing of it happened", code: "Mismatch", seen: /master: 2/ },
  },
  {
    scenario: "replication/replicas-refuse-writes.yaml",
    cause: "an INSERT fails for another reason",
    plant: before(
      { sql: "alter table note alter words type int using 1", save: { changed: "lsn" } },
      { expect: "replayed", lsn: "${changed}", node: "replicas", within: "10s" },
      { query: "select words from note", node: "replicas", is: 1 },
    ),
    fails: { step: "replicas answer reads", code: "Mismatch", seen: /replica1: 1/ },
  },
  {
    scenario: "replication/topology.yaml",
    cause: "a replica was promoted",
    plant: before({ do: "promote", node: "replica2" }),
    fails: { step: "exactly one server takes writes", code: "SeveralPrimaries", seen: /replica2/ },
  },
  {
    scenario: "replication/topology.yaml",
    cause: "a replica follows another replica",
    plant: before({ do: "follow", node: "replica3", of: "replica1" }),
    fails: {
      step: "the primary sends to three replicas, asynchronously",
      code: "Mismatch",
      seen: /\[2,/,
    },
  },
  {
    scenario: "replication/commit-does-not-wait.yaml",
    cause: "commits wait for a replica",
    plant: both(
      settings({ synchronous_standby_names: "*" }),
      (document) => document.set("timeout", "8s"),
    ),
    fails: { step: "and commits still return", code: "Unreachable", seen: /no answer/ },
  },
  {
    scenario: "recovery/crashed-replica-rejoins.yaml",
    cause: "the replica looks for its primary in the wrong place",
    plant: both(
      before({
        sql: "alter system set primary_conninfo = 'host=127.0.0.1 port=1 user=myuser'",
        node: "replica1",
      }),
      within("replica1 comes back as a replica", "4s"),
    ),
    fails: { step: "replica1 comes back as a replica", code: "NotReceiving", seen: /replica1/ },
  },
  {
    scenario: "recovery/emptied-replica-is-rebuilt.yaml",
    cause: "the table is not in the WAL",
    plant: (document) =>
      document.setIn(["setup", 0, "sql"], "create unlogged table orders (id bigint primary key)"),
    fails: {
      step: "nothing acknowledged is missing on it",
      code: "SqlError",
      seen: /unlogged/,
    },
  },
  {
    scenario: "recovery/short-outage-needs-no-rebuild.yaml",
    cause: "no WAL is kept for absent replicas",
    plant: both(settings({ wal_keep_size: 0 }), within("replica3 streams again", "7s")),
    fails: { step: "replica3 streams again", code: "NotReceiving", seen: /replica3/ },
  },
  {
    scenario: "recovery/long-outage-needs-rebuild.yaml",
    cause: "more WAL is kept than is documented",
    plant: both(settings({ wal_keep_size: "1GB" }), within("its log says what is wrong", "3s")),
    fails: { step: "its log says what is wrong", code: "NoLogLine", seen: /replica3/ },
  },
  {
    scenario: "lag/lag-under-load.yaml",
    cause: "a replica applies five seconds late",
    plant: settings({ replica1: { recovery_min_apply_delay: "5s" } }),
    fails: { step: "no replica is staler than the objective", code: "Lag", seen: /replica1/ },
  },
  {
    scenario: "lag/paused-replay-is-seen.yaml",
    cause: "replay goes on",
    plant: (document) => {
      const at = indexOf(document, "replay is paused on replica1");
      const path = ["steps", at, "while"];
      insert(document, path, 0, [{ sql: "select pg_wal_replay_resume()", node: "replica1" }]);
      document.setIn([...path, 1, "within"], "3s");
    },
    fails: { step: "its answers grow old", code: "Lag", seen: /replica1/ },
  },
  {
    scenario: "failover/manual-promotion.yaml",
    cause: "something promotes a replica by itself",
    plant: after("the master dies", { sql: "select pg_promote()", node: "replica2" }),
    fails: { step: "nor did replica2", code: "OtherRole", seen: /replica2/ },
  },
  {
    scenario: "durability/all-nodes-killed.yaml",
    cause: "commits are acknowledged before they are on disk",
    plant: settings({ synchronous_commit: false }),
    fails: { step: "every acknowledged write is there", code: "LostWrites", seen: /master/ },
  },
  {
    scenario: "partition/replica-cut-off.yaml",
    cause: "the other replicas are cut off as well",
    plant: (document) => {
      const at = indexOf(document, "replica1 is cut off");
      document.setIn(["steps", at, "between"], document.createNode(["replicas", "primary"]));
      document.setIn(["steps", at, "while", 2, "within"], "3s");
    },
    fails: { step: "the others do not", code: "Lag", seen: /replica2/ },
  },
  {
    scenario: "partition/replica-cut-off.yaml",
    cause: "the replica does not find its primary again",
    plant: both(
      after("replica1 is cut off", {
        sql: "alter system set primary_conninfo = 'host=127.0.0.1 port=1 user=myuser'",
        node: "replica1",
      }, { do: "reload", node: "replica1" }),
      within("replica1 catches up", "3s"),
    ),
    fails: { step: "replica1 catches up", code: "Behind", seen: /replica1/ },
  },
  {
    scenario: "failover/clients-are-served-again.yaml",
    cause: "nobody takes over for longer than was promised",
    plant: after("the primary dies at a write", { sleep: "8s", because: "the operator is asleep" }),
    fails: {
      step: "they were without answers for less than was promised",
      code: "Outage",
      seen: /after the first refusal/,
    },
  },
  {
    scenario: "recovery/lost-walreceiver-reconnects.yaml",
    cause: "the walreceiver does not end in order, but dies",
    plant: (document) => {
      const at = indexOf(document, "its walreceiver ends after 50 writes");
      document.setIn(["steps", at, "by"], "kill");
    },
    fails: { step: "without having been restarted", code: "UnwantedLogLine", seen: /terminated/ },
  },
  {
    scenario: "durability/corrupt-page-is-found.yaml",
    cause: "the data have no checksums",
    plant: (document) => document.setIn(["cluster", "checksums"], false),
    fails: {
      step: "replica1 refuses to answer from it",
      code: "NoError",
      seen: /replica1/,
    },
  },
  {
    scenario: "faults/random-schedule.yaml",
    cause: "a replica was promoted beside the primary",
    plant: both(
      before({ do: "promote", node: "replica3" }),
      (document) => document.deleteIn(["always", 0, "grace"]),
    ),
    fails: { step: "never two primaries", code: "SeveralPrimaries", seen: /replica3/ },
  },
  {
    scenario: "durability/full-disk-of-the-primary.yaml",
    cause: "a replica stays behind",
    plant: both(
      after("with space for it, too", {
        sql: "select pg_wal_replay_pause()",
        node: "replica2",
      }),
      within("every replica catches up", "2s"),
    ),
    fails: { step: "every replica catches up", code: "Behind", seen: /replica2/ },
  },
  {
    scenario: "recovery/full-disk-of-a-replica.yaml",
    cause: "it has space again and does not use it",
    plant: both(
      after(
        "replica1 has no space for WAL",
        { sql: "select pg_wal_replay_pause()", node: "replica1" },
        { sql: "create table more (id int)" },
      ),
      within("replica1 catches up without a rebuild", "2s"),
    ),
    fails: {
      step: "replica1 catches up without a rebuild",
      code: "Behind",
      seen: /replica1/,
    },
  },
  {
    scenario: "consistency/reads-from-the-primary.yaml",
    cause: "the application reads on a replica",
    plant: both(
      (document) => document.setIn(["vars", "reads_on"], "replica1"),
      settings({ replica1: { recovery_min_apply_delay: "300ms" } }),
    ),
    fails: {
      step: "every session reads what it has written",
      code: "MissedOwnWrite",
      seen: /replica1.*client \d+ on master.*write.*; then client \d+ on replica1/,
    },
  },
  {
    scenario: "consistency/remote-apply-reads-own-writes.yaml",
    cause: "commits wait until the replica has the WAL, not until it has applied it",
    plant: settings({
      synchronous_commit: true,
      replica1: { recovery_min_apply_delay: "300ms" },
    }),
    fails: {
      step: "every session reads on replica1 what it has written on the primary",
      code: "MissedOwnWrite",
      seen: /replica1/,
    },
  },
  {
    scenario: "consistency/pinned-reads-never-go-back.yaml",
    cause: "sessions are led from replica to replica",
    plant: (document) => {
      const at = indexOf(document, "no replica takes back what it has shown a session");
      document.setIn(["steps", at, "per"], "session");
    },
    fails: {
      step: "no replica takes back what it has shown a session",
      code: "ReadBackwards",
      seen: /from node to node.* on replica[23].*; then .* on replica1/,
    },
  },
  {
    scenario: "consistency/sums-on-replicas.yaml",
    cause: "transfers overwrite each other",
    plant: (document) => document.setIn(["load", "money", "isolation"], "read committed"),
    fails: {
      step: "no read shows half of a transfer",
      code: "Anomaly",
      seen: /wrong-total.*the accounts sum to \d+, not 800; client \d+ on \w+/,
    },
  },
  {
    scenario: "consistency/staleness-is-bounded.yaml",
    cause: "a replica applies five seconds late",
    plant: both(
      settings({ replica1: { recovery_min_apply_delay: "5s" } }),
      within("99 of 100 writes are visible in time", "6s"),
    ),
    fails: {
      step: "99 of 100 writes are visible in time",
      code: "Stale",
      seen: /^replica1 p99 at least [\d.]+s, of \d+ writes$/,
    },
  },
  {
    scenario: "lag/idle-is-not-late.yaml",
    cause: "a replica is late: it replays nothing",
    plant: both(
      after(
        "by the usual query every replica falls behind",
        { sql: "select pg_wal_replay_pause()", node: "replica2" },
        { sql: "insert into note values ('one more')" },
      ),
      within("but they have all there is", "1s"),
    ),
    fails: { step: "but they have all there is", code: "Lag", seen: /replica2/ },
  },
  {
    scenario: "configuration/settings.yaml",
    cause: "another value is in effect",
    plant: settings({ wal_keep_size: "32MB" }),
    fails: { step: "64MB of WAL are kept for replicas", code: "Setting", seen: /32MB/ },
  },
  {
    scenario: "configuration/environment.yaml",
    cause: "the user has lost its rights",
    plant: before({ sql: "alter role myuser noreplication", save: { changed: "lsn" } }, {
      expect: "replayed",
      lsn: "${changed}",
      node: "replicas",
      within: "10s",
    }),
    fails: {
      step: "the user has all rights, and a password that is not stored in the clear",
      code: "Mismatch",
      seen: /\[true,false,true\]/,
    },
  },
  {
    scenario: "monitoring/lag-query.yaml",
    cause: "a replica does not report where it is",
    plant: both(
      settings({ replica1: { wal_receiver_status_interval: 0 } }),
      within("it says that replica1 replays late", "3s"),
    ),
    fails: { step: "it says that replica1 replays late", code: "Mismatch", seen: /master: / },
  },
  {
    scenario: "monitoring/status-query.yaml",
    cause: "one replica is preferred",
    plant: both(
      (document) => document.setIn(["cluster"], document.createNode({ synchronous: "replica1" })),
      within("three replicas stream, asynchronously, none preferred", "3s"),
    ),
    fails: {
      step: "three replicas stream, asynchronously, none preferred",
      code: "Mismatch",
      seen: /"async","sync",0,1\]/,
    },
  },
  {
    scenario: "monitoring/every-view-answers.yaml",
    cause: "the role may not read what monitoring needs",
    plant: both(
      (document) => document.setIn(["setup", 1, "sql"], "grant pg_signal_backend to watcher"),
      within("who receives from the primary, and how far each is", "2s"),
    ),
    fails: {
      step: "who receives from the primary, and how far each is",
      code: "Mismatch",
      seen: /\[0,0,0\]/,
    },
  },
  {
    scenario: "wal/orphan-slot.yaml",
    cause: "nothing bounds what a slot keeps",
    plant: both(settings({ max_slot_wal_keep_size: -1 }), within("it is given up", "2s")),
    fails: { step: "it is given up", code: "SlotState", seen: /orphan inactive, keeps 1\d\d/ },
  },
  {
    scenario: "wal/outage-keeps-wal-bounded.yaml",
    cause: "nothing bounds what a slot keeps",
    plant: settings({ max_slot_wal_keep_size: -1 }),
    fails: { step: "what a slot may keep is bounded at all", code: "Setting", seen: /-1/ },
  },
  {
    scenario: "wal/outage-keeps-wal-bounded.yaml",
    cause: "a replica may miss less than is promised",
    plant: settings({ wal_keep_size: "48MB" }),
    fails: {
      step: "what is kept without a slot is at least the outage that a replica may have",
      code: "Setting",
      seen: /48MB/,
    },
  },
  {
    scenario: "backup/base-backup-restores.yaml",
    cause: "files were copied from under the server, without telling it",
    plant: (document) => {
      const at = indexOf(document, "a backup of the primary is taken meanwhile");
      document.setIn(["steps", at, "part"], "files");
    },
    fails: {
      step: "it starts on a server of its own and comes to hold the same rows",
      code: "BackupDoesNotStart",
      seen: /pg_control/,
    },
  },
  {
    scenario: "backup/point-in-time.yaml",
    cause: "archiving says that it works and does nothing",
    plant: both(
      before(
        { sql: "alter system set archive_command = 'true'", node: "primary" },
        { do: "reload", node: "primary" },
      ),
      within("the archive has every byte of it", "4s"),
    ),
    fails: {
      step: "the archive has every byte of it",
      code: "NotInArchive",
      seen: /the archive has no such file/,
    },
  },
  {
    scenario: "reads/reads-scale.yaml",
    cause: "nothing bounds what one server answers, so three prove nothing",
    plant: (document) => {
      const at = indexOf(document, "while a read holds the lock of replica1") + 1;
      document.setIn(["steps", at, "sql"], "select 1");
    },
    fails: { step: "another one has to wait there", code: "DidNotBlock", seen: /ended after/ },
  },
  {
    scenario: "wal/archive-clean-up.yaml",
    cause: "nothing cleans the archive",
    plant: both(
      (document) => document.setIn(["cluster", "archive"], true),
      within("what comes before is removed", "2s"),
    ),
    fails: { step: "what comes before is removed", code: "Mismatch", seen: /master: 1/ },
  },
  {
    scenario: "wal/archive-clean-up.yaml",
    cause: "the archive is cleaned of what is needed, too",
    plant: before(
      {
        sql: "alter system set archive_cleanup_command = 'rm -f ../../archive/0*'",
        node: "replica1",
      },
      { do: "reload", node: "replica1" },
    ),
    fails: {
      step: "what it needs is kept, every byte of it",
      code: "NotInArchive",
      seen: /the archive has no such file/,
    },
  },
  {
    scenario: "configuration/change-without-build.yaml",
    cause: "another file is stronger",
    plant: before(
      { sql: "alter system set wal_keep_size = '64MB'", node: "replica2" },
      { do: "reload", node: "replica2" },
    ),
    fails: {
      step: "the new value is in effect on every node",
      code: "Setting",
      seen: /replica2 .*64MB.*auto/,
    },
  },
  {
    scenario: "configuration/access.yaml",
    cause: "a rule lets everybody in",
    plant: before(
      {
        sql: `do $$ begin execute format('copy (select %L) to program %L',
          'host all all 0.0.0.0/0 trust',
          format('cat >> "%s"', current_setting('hba_file'))); end $$`,
        node: "primary",
      },
      { do: "reload", node: "primary" },
    ),
    fails: {
      step: "every address they name is of the network of the server, or its own",
      code: "Mismatch",
      seen: /master: .*0\.0\.0\.0 0\.0\.0\.0/,
    },
  },
  {
    scenario: "configuration/access.yaml",
    cause: "a rule lets every role replicate",
    plant: before(
      {
        sql: `do $$ begin execute format('copy (select %L) to program %L',
          'host replication all 127.0.0.1/32 trust',
          format('cat >> "%s"', current_setting('hba_file'))); end $$`,
        node: "primary",
      },
      { do: "reload", node: "primary" },
    ),
    fails: {
      step: "another role may not, whatever its rights",
      code: "Accepted",
      seen: /master accepts stranger/,
    },
  },
  {
    scenario: "failover/within-objectives.yaml",
    cause: "the primary wrote for longer than the RPO what no replica heard",
    plant: (document) => {
      const at = indexOf(document, "the primary dies while clients write");
      insert(document, ["steps"], at, [
        { fault: "partition", between: ["replicas", "primary"], as: "cut" },
        { sleep: "6s", because: "the RPO is 5s" },
      ]);
    },
    fails: { step: "and lost no more than promised", code: "DataLoss", seen: /replica/ },
  },
  // The demonstration's own profile is the cause; without their controls nobody accepts the failure.
  {
    scenario: "security/passwords.yaml",
    cause: "the network is trusted",
    plant: (document) => document.set("controls", []),
    fails: {
      step: "every rule checks a password or a certificate",
      code: "Mismatch",
      seen: /master: .*trust/,
    },
  },
  {
    scenario: "security/encryption.yaml",
    cause: "nothing is encrypted",
    plant: (document) => document.set("controls", []),
    fails: { step: "every server can encrypt", code: "Setting", seen: /master has ssl off/ },
  },
  {
    scenario: "security/narrow-access.yaml",
    cause: "replicas come as the superuser",
    plant: (document) => document.set("controls", []),
    fails: {
      step: "replicas come as a role that is no superuser",
      code: "Mismatch",
      seen: /\[3,true\]/,
    },
  },
  {
    scenario: "security/narrow-access.yaml",
    cause: "the whole network may connect",
    plant: (document) => {
      document.set("controls", []);
      document.deleteIn([
        "steps",
        indexOf(document, "replicas come as a role that is no superuser"),
      ]);
    },
    fails: {
      step: "no rule is for more than eight addresses",
      code: "TooWide",
      seen: /172\.18\.0\.0\/16 \(fixtures\/postgres\/pg_hba\.conf:\d+\)/,
    },
  },
];

Deno.test("every shipped scenario fails for its reason when its cause is there", async (t) => {
  const possible = seeds.filter(({ scenario }) => mayMount || !scenario.includes("full-disk"));
  await failAsPlanted(t, "local", possible);
});

Deno.test("every shipped scenario has a cause that makes it fail", async () => {
  const shipped = (await findScenarios(["scenarios"])).map((file) => file.path);
  const seeded = new Set(seeds.map((seed) => join("scenarios", seed.scenario)));
  // A mutant of the stack is such a cause, too.
  for (const { kill } of await readMutants([])) if (kill) seeded.add(kill.scenario);
  deepEqual(shipped.filter((path) => !seeded.has(path)), []);
});
