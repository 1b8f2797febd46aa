/**
 * Every planned operation on real servers: its effect, and a case where it must fail, for the reason
 * that is expected.
 *
 * @module
 */
import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { join } from "node:path";
import type { LocalNode } from "../../lib/cluster/local/node.ts";
import { Session } from "../../lib/sql/session.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";
import { perform, refuses, within } from "./operation_fixture.ts";

async function rows(subject: Subject, node: string): Promise<unknown> {
  return (await subject.sql(node, "select count(*) from orders")).rows[0]![0];
}

Deno.test("stop, start and restart change the process, and say so", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    const master = subject.node("master");
    for (const mode of ["fast", "immediate", "smart"]) {
      const [stopped] = await perform(subject, "stop", { node: "all", mode });
      equal(await master.state(), "stopped");
      match(stopped!.text, new RegExp(`no process of master is left after a ${mode} shutdown`));
      const [started] = await perform(subject, "start", { node: "all" });
      match(started!.text, /master started: primary on timeline 1 at 0\//);
    }
    match((await perform(subject, "start", { node: "master" }))[0]!.text, /runs already/);
    const before = master.pid;
    const evidence = await perform(subject, "restart", { node: "all" });
    match(evidence[1]!.text, /replica1 restarted: replica/);
    notEqual(master.pid, before);
    await perform(subject, "stop", { node: "master" });
    match((await perform(subject, "stop", { node: "master" }))[0]!.text, /was stopped already/);
    await refuses(perform(subject, "restart", { node: "master" }), /it is stopped/);
  }));

Deno.test("stop waits for clients in a smart shutdown, as long as the signal allows", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    const master = subject.node("master");
    await using client = await Session.open(loginOf(master), subject.signal);
    await client.query("set application_name = 'someone'", [], subject.signal);
    using limit = within(500);
    const { signal } = limit;
    await rejects(
      perform(subject, "stop", { node: "master", mode: "smart", signal }),
      /Cannot stop master \(smart\).*ended by the test/,
    );
    equal(await master.state(), "running");
    equal((await client.query("select 1", [], subject.signal)).rowCount, 1);
  }));

Deno.test("promote makes a primary on a new timeline, and refuses one that is", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await refuses(perform(subject, "promote", { node: "master" }), /is a primary already/);
    await subject.node("master").stop("fast", subject.signal);
    const [evidence] = await perform(subject, "promote", { node: "replica1" });
    match(evidence!.text, /from timeline 1: primary on timeline 2 at/);
    await subject.sql("replica1", "create table orders (id int)");
    await refuses(perform(subject, "promote", { node: "master" }), /it is stopped/);
  }));

Deno.test("promote proves the write even when no synchronous standby is left", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await subject.sql("replica1", "alter system set synchronous_standby_names = 'nobody'");
    await subject.node("master").stop("fast", subject.signal);
    await perform(subject, "reload", { node: "replica1" });
    const [evidence] = await perform(subject, "promote", { node: "replica1" });
    match(evidence!.text, /primary on timeline 2/);
  }));

Deno.test("follow moves a running replica without a restart, other keywords kept", () =>
  onCluster({ replicas: 2 }, async (subject) => {
    await subject.write("create table orders (id int)");
    const conninfo = async () =>
      String((await subject.sql("replica2", "show primary_conninfo")).rows[0]![0]);
    const before = await conninfo();
    const pid = subject.node("replica2").pid;
    const words = { of: "replica1" };
    const [evidence] = await perform(subject, "follow", { node: "replica2", ...words });
    match(evidence!.text, /follows replica1 without a restart: replica on timeline 1/);
    equal(subject.node("replica2").pid, pid);
    const [old, now] = [subject.node("master"), subject.node("replica1")];
    equal(await conninfo(), before.replace(String(old.address.port), String(now.address.port)));
    const { rows } = await subject.sql("replica1", "select count(*) from pg_stat_replication");
    equal(rows[0]![0], 1);
    await refuses(
      perform(subject, "follow", { node: "replica1", of: "replica1" }),
      /follow itself/,
    );
    await refuses(
      perform(subject, "follow", { node: "master", of: "replicas" }),
      /expected one node, found replica1, replica2/,
    );
  }));

Deno.test("follow does not wait for WAL that a replica has without its receiver's help", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    const [master, replica] = ["master", "replica1"].map((name) =>
      subject.node(name) as LocalNode
    ) as [LocalNode, LocalNode];
    await subject.write("create table orders (id int)");
    const ask = async (node: string, sql: string) => (await subject.sql(node, sql)).rows[0]![0];
    const words = { of: "master" };
    // A record that the primary writes of itself in between is received: then once more.
    do {
      await replica.stop("fast", subject.signal);
      await subject.sql("master", "insert into orders values (1)");
      const segment = String(
        await ask("master", "select pg_walfile_name(pg_current_wal_flush_lsn())"),
      );
      const [from, to] = [master, replica].map(({ data }) => join(data, "pg_wal", segment));
      await Deno.copyFile(from!, to!);
      await replica.start(subject.signal);
      const [evidence] = await perform(subject, "follow", { node: "replica1", ...words });
      match(evidence!.text, /replica1 follows master/);
    } while (
      await ask("replica1", "select pg_last_wal_receive_lsn() >= pg_last_wal_replay_lsn()")
    );
  }));

Deno.test("follow brings back an old primary that has nothing of its own", () =>
  onCluster({ replicas: 2 }, async (subject) => {
    await subject.write("create table orders (id int)");
    await perform(subject, "stop", { node: "master" });
    await perform(subject, "promote", { node: "replica1" });
    await perform(subject, "follow", { node: "replica2" });
    const [evidence] = await perform(subject, "follow", { node: "old primary" });
    match(evidence!.text, /master follows replica1 after a start as its replica: .* timeline 2/);
    await subject.sql("replica1", "insert into orders values (1)");
    await refuses(perform(subject, "follow", { node: "replica1" }), /follow itself|found none/);
  }));

Deno.test("follow fails in words when the old primary's history diverged; rebuild mends it", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await subject.write("create table orders (id int)");
    await subject.until("caught_up", true, { node: "replica1" });
    await perform(subject, "promote", { node: "replica1" });
    for (let id = 0; id < 20; id++) {
      await subject.sql("master", `insert into orders values (${id})`);
    }
    await subject.sql("replica1", "insert into orders values (100)");
    await refuses(
      perform(subject, "follow", { node: "master", of: "replica1" }),
      /master cannot follow replica1: its history diverged, it needs a re/,
    );
    const words = { of: "replica1" };
    const [evidence] = await perform(subject, "rebuild", { node: "master", ...words });
    match(evidence!.text, /master was rebuilt from replica1: replica on timeline 2/);
    await subject.until("caught_up", true, { node: "master" });
    equal(await rows(subject, "master"), 1);
  }));

Deno.test("follow says what it saw last when the upstream does not let it in", () =>
  onCluster({ replicas: 2 }, async (subject) => {
    const [[file]] = (await subject.sql("replica1", "show hba_file")).rows as [[string]];
    await Deno.writeTextFile(file, "host all all all trust\n");
    await perform(subject, "reload", { node: "replica1" });
    using limit = within(3000);
    const words = { of: "replica1" };
    await refuses(
      perform(subject, "follow", { node: "replica2", ...words, signal: limit.signal }),
      /replica2 did not follow replica1: .*no pg_hba.conf entry for replication.*ended by the test/,
    );
    await Deno.writeTextFile(file, "host everything\n");
    await refuses(perform(subject, "reload", { node: "replica1" }), /pg_hba.conf:1: /);
  }));

Deno.test("rebuild refuses to copy a node from itself or from a stopped one", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await refuses(perform(subject, "rebuild", { node: "master" }), /follow itself/);
    await perform(subject, "stop", { node: "master" });
    await refuses(perform(subject, "rebuild", { node: "replica1" }), /primary that answers/);
    equal(await subject.node("replica1").state(), "running");
  }));

Deno.test("rebuild comes back through the node's own slot, whatever the copied data used", () =>
  onCluster({ replicas: 2 }, async (subject) => {
    const slots = async (node: string) =>
      (await subject.sql(
        node,
        "select slot_name || ' ' || active from pg_replication_slots order by 1",
      )).rows.flat();
    for (const [replica, slot] of [["replica1", "one"], ["replica2", "two"]] as const) {
      await subject.write(`select pg_create_physical_replication_slot('${slot}', true)`);
      await subject.sql(replica, `alter system set primary_slot_name = '${slot}'`);
      await subject.sql(replica, "select pg_reload_conf()");
      await subject.until("slot", true, { node: "master", words: { of: slot } });
    }
    await perform(subject, "rebuild", { node: "replica1" });
    deepEqual(await slots("master"), ["one true", "two true"]);
    const words = { of: "replica2" };
    await refuses(
      perform(subject, "rebuild", { node: "replica1", ...words }),
      /replica1 cannot follow replica2: the slot it uses is not there.*"one" does not exist/,
    );
    await subject.sql("replica2", "select pg_create_physical_replication_slot('one')");
    await perform(subject, "rebuild", { node: "replica1", ...words });
    deepEqual(await slots("replica2"), ["one true"]);
    deepEqual(await slots("master"), ["one false", "two true"]);
  }));

Deno.test("reload puts a setting into effect, and names the line that cannot be", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await subject.sql("master", "alter system set work_mem = '5MB'");
    const evidence = await perform(subject, "reload", { node: "all" });
    match(evidence[0]!.text, /master loaded its files at/);
    equal((await subject.sql("master", "show work_mem")).rows[0]![0], "5MB");
    await subject.sql("master", "alter system set max_connections = 77");
    const [pending] = await perform(subject, "reload", { node: "master" });
    match(pending!.text, /waiting for a restart: max_connections/);
    const [[file]] = (await subject.sql("master", "show config_file")).rows as [[string]];
    await Deno.writeTextFile(file, "\nmaintenance_work_mem = 'plenty'\n", { append: true });
    await refuses(
      perform(subject, "reload", { node: "master" }),
      /master cannot load its files: .*postgresql.conf:\d+: maintenance_work_mem = plenty: /,
    );
    await Deno.writeTextFile(file, "\nno_such_setting = 1\n", { append: true });
    await refuses(perform(subject, "reload", { node: "master" }), /no_such_setting/);
  }));

Deno.test("checkpoint moves the redo point, and fails where none was made", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await perform(subject, "checkpoint", { node: "primary" });
    await subject.write("create table orders (id int)");
    await subject.until("caught_up", true, { node: "replica1" });
    await perform(subject, "checkpoint", { node: "replica1" });
    await refuses(perform(subject, "checkpoint", { node: "replica1" }), /made no checkpoint/);
  }));

Deno.test("switch_wal goes on in the next file, and is for primaries", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    const file = "select pg_walfile_name(pg_current_wal_insert_lsn())";
    for (let turn = 0; turn < 2; turn++) {
      const before = (await subject.sql("master", file)).rows[0]![0];
      const [evidence] = await perform(subject, "switch_wal", { node: "primary" });
      match(evidence!.text, new RegExp(`closed ${before} at`));
      notEqual((await subject.sql("master", file)).rows[0]![0], before);
    }
    await refuses(perform(subject, "switch_wal", { node: "replica1" }), /only a primary/);
  }));
