/**
 * Full disks on real servers: each server says so itself, does what PostgreSQL does, and is well
 * again with its space. Needs root, who may mount.
 *
 * @module
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { lacksMount } from "../../lib/cluster/local/disk.ts";
import { faults } from "../../lib/fault/registry.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";
import { perform } from "./operation_fixture.ts";

const reason = lacksMount();
const ignore = reason !== undefined;

function fill(subject: Subject, node: string, disk: string, signal = subject.signal) {
  return faults.get("disk_full")!.inject(subject.stage, subject.node(node), { disk }, signal);
}

/** Where file systems are mounted on this machine, of clusters of this process or any. */
function mounts(): string[] {
  return Deno.readTextFileSync("/proc/self/mounts").split("\n")
    .filter((line) => line.startsWith("pgproof ")).map((line) => line.split(" ")[1]!);
}

Deno.test({ name: "disk_full bites, heals and refuses", ignore }, async (t) => {
  const setup = {
    replicas: 2,
    disks: { master: ["data", "wal"], replica1: ["data", "wal"] },
    settings: { wal_retrieve_retry_interval: "200ms" },
  } as const;
  let directory = "";
  await onCluster(setup, async (subject) => {
    const { signal } = subject;
    directory = String((await subject.sql("master", "show data_directory")).rows[0]![0])
      .replace("/master/disk/data", "");
    equal(mounts().filter((path) => path.startsWith(directory)).length, 4);
    await subject.write("create table orders (id bigint primary key)");

    await t.step("a primary without space for data refuses rows, and reads go on", async () => {
      const fault = await fill(subject, "master", "data");
      match(fault.proof, /master's data is full.*MB were taken.*No space left.*server goes on/);
      const rows = "insert into orders select generate_series(1, 100000)";
      await rejects(subject.sql("master", rows), /No space left on device/);
      equal((await subject.sql("master", "select count(*)::int from orders")).rows[0]![0], 0);
      match(await fault.heal(signal), /the space is back; master writes again/);
      await subject.write("insert into orders select generate_series(1, 1000)");
      await subject.until("caught_up", true, { node: "replica1" });
    });

    await t.step("a primary without space for WAL is down until it has some", async () => {
      const fault = await fill(subject, "master", "wal");
      // It may hang in its recovery instead (see docs/faults.md), and is ended by healing.
      match(fault.proof, /master's wal is full.*PANIC.*No space left.*(went|not gone) down/);
      await rejects(subject.sql("master", "select 1"));
      match(await fault.heal(signal), /the space is back; .*master writes again/);
      equal((await subject.sql("master", "select count(*)::int from orders")).rows[0]![0], 1000);
      await subject.until("streaming", true, { node: "replica1" });
    });

    await t.step("a replica without space for WAL answers, and streams again", async () => {
      const fault = await fill(subject, "replica1", "wal");
      match(fault.proof, /replica1's wal is full.*No space left.*the server goes on/);
      equal((await subject.sql("replica1", "select count(*)::int from orders")).rows[0]![0], 1000);
      await subject.until("streaming", true, { node: "replica2" });
      match(await fault.heal(signal), /replica1 streams again/);
      await subject.until("caught_up", true, { node: "replica1" });
    });

    await t.step("a replica without space for data is down", async () => {
      const fault = await fill(subject, "replica1", "data");
      match(fault.proof, /replica1's data is full.*No space left.*the server went down/);
      match(await fault.heal(signal), /replica1 streams again/);
      await subject.until("caught_up", true, { node: "replica1" });
    });

    await t.step("it refuses where the disk is another's, and where nobody notices", async () => {
      await rejects(fill(subject, "replica2", "wal"), /Cannot use the disk of replica2/);
      await subject.sql("replica1", "select pg_wal_replay_pause()");
      await rejects(fill(subject, "replica1", "data"), /its log says nothing of it/);
      await subject.sql("replica1", "select pg_wal_replay_resume()");
      await subject.until("caught_up", true, { node: "replica1" });
    });

    await t.step("what could not be healed is said, and can be healed later", async () => {
      const fault = await fill(subject, "master", "data");
      await rejects(fault.heal(AbortSignal.abort(new Error("out of time"))), /out of time/);
      match(await fault.heal(signal), /master writes again/);
    });

    await t.step("a rebuilt replica has its WAL beside its data", async () => {
      await perform(subject, "rebuild", { node: "replica1", of: "primary" });
      await rejects(fill(subject, "replica1", "wal"), /its wal is not on the file system/);
      const fault = await fill(subject, "replica1", "data");
      match(await fault.heal(signal), /replica1 streams again/);
    });
  });
  ok(directory.startsWith("/"));
  deepEqual(mounts().filter((path) => path.startsWith(directory)), []);
});

Deno.test(
  { name: "disk_full kills and starts what does not answer with its space back", ignore },
  () =>
    onCluster({ replicas: 0, disks: { master: ["data", "wal"] } }, async (subject) => {
      const fault = await fill(subject, "master", "data");
      await subject.node("master").pause(subject.signal);
      match(await fault.heal(subject.signal), /was killed and started; master writes again/);
    }),
);
