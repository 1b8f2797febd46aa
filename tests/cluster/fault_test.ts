/**
 * Faults on real servers: each bites, is gone after healing, and refuses where it cannot bite.
 *
 * @module
 */
import { equal, match, rejects } from "node:assert/strict";
import { faults } from "../../lib/fault/registry.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";
import { sleep } from "../../lib/time/sleep.ts";

/** Injects a fault into a node. */
function inject(
  subject: Subject,
  fault: string,
  on: { node: string; words?: Record<string, unknown> },
) {
  const kind = faults.get(fault)!;
  const words = { by: "kill", ...on.words };
  return kind.inject(subject.stage, subject.node(on.node), words, subject.signal);
}

async function one(subject: Subject, node: string, sql: string): Promise<unknown> {
  return (await subject.sql(node, sql)).rows[0]?.[0];
}

Deno.test("faults of processes, slots and settings bite, heal, and refuse", async (t) => {
  const setup = {
    replicas: 1,
    checksums: true,
    settings: { wal_retrieve_retry_interval: "200ms" },
  };
  await onCluster(setup, async (subject) => {
    const { signal } = subject;

    await t.step("kill_process ends the walreceiver alone when it is terminated", async () => {
      const began = await one(subject, "replica1", "select pid from pg_stat_wal_receiver");
      const words = { process: "walreceiver", by: "terminate" };
      const fault = await inject(subject, "kill_process", { node: "replica1", words });
      match(fault.proof, new RegExp(`walreceiver ${began} of replica1 is gone`));
      match(await fault.heal(signal), /the walreceiver of replica1 is \d+ now/);
      await subject.until("streaming", true, { node: "replica1" });
    });

    await t.step("kill_process makes the server restart all its processes", async () => {
      for (const [node, process] of [["master", "walsender"], ["replica1", "checkpointer"]]) {
        const fault = await inject(subject, "kill_process", { node: node!, words: { process } });
        match(fault.proof, /is gone; the server restarted all its processes/);
        match(await fault.heal(signal), new RegExp(`the ${process} of ${node} is \\d+ now`));
      }
    });

    await t.step("kill_process brings a replica down with its startup process", async () => {
      const words = { process: "startup" };
      const fault = await inject(subject, "kill_process", { node: "replica1", words });
      match(fault.proof, /the server went down/);
      equal(await subject.node("replica1").state(), "stopped");
      match(await fault.heal(signal), /replica1 runs and answers; the startup of replica1 is/);
      await subject.until("streaming", true, { node: "replica1" });
    });

    await t.step("kill_process refuses where there is no such process", async () => {
      const words = { process: "walreceiver" };
      const asked = inject(subject, "kill_process", { node: "master", words });
      await rejects(asked, /it is a primary, it has none/);
    });

    await t.step("drop_slot cuts its user off, and makes the slot again", async () => {
      await subject.sql("master", "select pg_create_physical_replication_slot('kept', true)");
      await subject.sql("replica1", "alter system set primary_slot_name = 'kept'");
      await subject.sql("replica1", "select pg_reload_conf()");
      const isActive = "select active from pg_replication_slots where slot_name = 'kept'";
      while (await one(subject, "master", isActive) !== true) await sleep(10, signal);
      const words = { slot: "kept" };
      const fault = await inject(subject, "drop_slot", { node: "master", words });
      match(fault.proof, /no slot kept any more.*cut off from it/);
      equal(await one(subject, "master", "select count(*)::int from pg_replication_slots"), 0);
      match(await fault.heal(signal), /made again/);
      await subject.until("streaming", true, { node: "replica1" });
      const other = inject(subject, "drop_slot", { node: "master", words: { slot: "none" } });
      await rejects(other, /there is none/);
    });

    await t.step("break_setting takes effect by a reload, and is put back", async () => {
      const words = { setting: "primary_conninfo", value: "host=127.0.0.1 port=1" };
      const fault = await inject(subject, "break_setting", { node: "replica1", words });
      match(fault.proof, /primary_conninfo of replica1 is "host=127.0.0.1 port=1" instead of/);
      await subject.until("streaming", false, { node: "replica1" });
      match(await fault.heal(signal), /primary_conninfo of replica1 is ".*" again/);
      await subject.until("streaming", true, { node: "replica1" });
    });

    await t.step("break_setting keeps a server down that refuses the value", async () => {
      for (const [setting, value] of [["shared_buffers", "1TB"], ["work_mem", "much"]]) {
        const words = { setting, value };
        const fault = await inject(subject, "break_setting", { node: "replica1", words });
        match(fault.proof, new RegExp(`with ${setting} = ${value} it does not start: .*FATAL`));
        equal(await subject.node("replica1").state(), "stopped");
        match(await fault.heal(signal), /replica1 runs and answers; .* again/);
      }
      const same = { setting: "work_mem", value: "4MB" };
      const asked = inject(subject, "break_setting", { node: "master", words: same });
      await rejects(asked, /still "4096"/);
    });

    await t.step("cancel_sync_wait releases a commit, and refuses when none waits", async () => {
      await rejects(inject(subject, "cancel_sync_wait", { node: "master" }), /No commit/);
      await subject.sql("master", "create table orders (id int)");
      await subject.sql("master", "alter system set synchronous_standby_names = 'nobody'");
      await subject.sql("master", "select pg_reload_conf()");
      subject.load({ clients: 1 });
      const fault = await inject(subject, "cancel_sync_wait", { node: "master" });
      match(fault.proof, /1 commits on master do not wait any more: .*canceling wait/);
      match(await fault.heal(signal), /keeps what it committed alone/);
      await subject.sql("master", "alter system reset synchronous_standby_names");
      await subject.sql("master", "select pg_reload_conf()");
      await subject.end();
      // It came with a warning: an answer, but no promise.
      equal(subject.stage.loads.get("orders")!.ledger.counts().unknown >= 1, true);
    });

    await t.step("corrupt_page is seen by checksums, and is repaired", async () => {
      await subject.write("create table page as select n as id from generate_series(1, 99) n");
      await subject.until("caught_up", true, { node: "replica1" });
      // The replica need not have replayed that yet.
      await subject.sql("master", "checkpoint");
      const words = { table: "page" };
      const fault = await inject(subject, "corrupt_page", { node: "replica1", words });
      match(fault.proof, /is 0x01, it was 0x00; it says invalid page in block 0/);
      await rejects(subject.sql("replica1", "select sum(id) from page"), /invalid page/);
      match(await fault.heal(signal), /page is readable/);
      equal(await one(subject, "replica1", "select sum(id)::int from page"), 4950);
      await subject.sql("master", "create table empty (id int)");
      const asked = inject(subject, "corrupt_page", { node: "master", words: { table: "empty" } });
      await rejects(asked, /has no row/);
      const unknown = { table: "unheard_of" };
      await rejects(inject(subject, "corrupt_page", { node: "master", words: unknown }), /no such/);
    });
  });
});

Deno.test("corrupt_page() goes unnoticed by a server without checksums", async () => {
  await onCluster({ replicas: 0, checksums: false }, async (subject) => {
    await subject.sql("master", "create table page as select n as id from generate_series(1, 9) n");
    const words = { table: "page" };
    const fault = await inject(subject, "corrupt_page", { node: "master", words });
    match(fault.proof, /it has no checksums and reads the page as if it were good/);
    equal(await one(subject, "master", "select max(id) from page"), 16777217);
    await fault.heal(subject.signal);
    equal(await one(subject, "master", "select max(id) from page"), 9);
  });
});
