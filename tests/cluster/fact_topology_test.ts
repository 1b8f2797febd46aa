/**
 * Facts about who is what to whom, each seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { sleep } from "../../lib/time/sleep.ts";
import { found, onCluster, type Subject } from "./fact_fixture.ts";

async function promote(on: Subject, name: string): Promise<void> {
  await on.sql(name, "select pg_promote()");
  await on.until("role", true, { node: name, compare: { is: "primary" } });
}

Deno.test("role, one_primary, timeline and reachable see a promoted replica and a dead primary", async () => {
  await onCluster({}, async (on) => {
    const all = { node: "all" };
    found(await on.look("role", { node: "replicas", compare: { is: "replica" } }), { holds: true });
    found(await on.look("role", { node: "master", compare: { is: "replica" } }), {
      holds: false,
      code: "OtherRole",
      seen: /^master is primary$/,
    });
    found(await on.look("one_primary"), { holds: true, seen: /master takes writes/ });
    found(await on.look("timeline"), { holds: true });
    found(await on.look("timeline", { compare: { is: 1 } }), { holds: true });
    found(await on.look("timeline", { node: "master" }), {
      holds: undefined,
      code: "NothingToCompare",
    });
    found(await on.look("reachable"), { holds: true });
    found(await on.look("reachable", { compare: { is: false } }), {
      holds: false,
      code: "Reachable",
    });

    await promote(on, "replica1");
    found(await on.look("one_primary"), {
      holds: false,
      code: "SeveralPrimaries",
      seen: /master takes writes, replica1 takes writes, replica2 is a replica/,
    });
    found(await on.look("timeline", { node: "replica1", compare: { is: 2 } }), { holds: true });
    found(await on.look("timeline"), {
      holds: false,
      code: "OtherTimeline",
      seen: /replica1 is on 2/,
    });

    await on.node("master").kill(on.signal);
    const silent = await on.look("one_primary");
    found(silent, { holds: undefined, code: "Unreachable", seen: /master does not answer/ });
    const calm = on.stage.disturb([on.node("master")]);
    found(await on.look("one_primary"), { holds: true });
    calm();
    found(await on.look("reachable", all), {
      holds: false,
      code: "Unreachable",
      seen: /^master does not answer: ECONNREFUSED$/,
    });
    found(await on.look("reachable", { node: "master", compare: { is: false } }), { holds: true });
    await on.until("timeline", undefined, { node: "replica2", compare: { is: 1 } });
    found(await on.look("timeline", { node: "replica2", compare: { is: 1 } }), {
      holds: undefined,
      code: "NoReceiver",
    });
  });
});

Deno.test("one_primary does not count a primary that refuses to write", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    await on.sql("master", "alter system set default_transaction_read_only = on");
    await on.sql("master", "select pg_reload_conf()");
    const look = await on.until("one_primary", false);
    found(look, { holds: false, code: "NoPrimary", seen: /master is a read-only primary/ });
  });
});

Deno.test("reachable sees a frozen server that still has a connection", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    await on.look("one_primary");
    await on.node("replica1").pause(on.signal);
    try {
      const look = await on.look("reachable", { node: "replica1" });
      found(look, { holds: false, code: "Unreachable", seen: /replica1 does not answer: timeout/ });
    } finally {
      await on.node("replica1").resume(on.signal);
    }
    found(await on.look("reachable"), { holds: true });
  });
});

Deno.test("streaming and upstream hold from both ends, and see which end is missing", async () => {
  await onCluster({}, async (on) => {
    const healthy = await on.look("streaming");
    found(healthy, {
      holds: true,
      seen: /replica1 receives from master, whose sender is in state streaming/,
    });
    found(await on.look("upstream", { compare: { is: "master" } }), { holds: true });
    found(await on.look("upstream", { compare: { is: "primary" } }), { holds: true });
    found(await on.look("upstream", { compare: { is: "replica2" } }), {
      holds: false,
      code: "OtherUpstream",
      seen: /replica1 receives from master/,
    });
    found(await on.look("streaming", { node: "master" }), {
      holds: false,
      code: "NotReceiving",
      seen: /master is a primary/,
    });

    // The receiver is frozen, so it goes on saying that it streams after its sender is gone.
    const pid = Number(
      (await on.sql("replica1", "select pid from pg_stat_wal_receiver")).rows[0]![0],
    );
    Deno.kill(pid, "SIGSTOP");
    try {
      await on.sql(
        "master",
        "select pg_terminate_backend(pid, 5000) from pg_stat_replication where application_name = 'replica1'",
      );
      const look = await on.look("streaming", { node: "replica1" });
      found(look, {
        holds: false,
        code: "NoSender",
        seen: /replica1 says it receives from master, but that has no row named "replica1"/,
      });
    } finally {
      Deno.kill(pid, "SIGCONT");
    }
    await on.until("streaming", true);

    // Its sender may end first, which would be another finding.
    await on.detach("replica1");
    found(await on.look("streaming"), {
      holds: false,
      code: "NotReceiving",
      seen: /^replica1 runs no WAL receiver$/,
    });
    await on.node("replica1").kill(on.signal);
    found(await on.look("streaming"), {
      holds: undefined,
      code: "Unreachable",
      seen: /^replica1 /,
    });
  });
});

Deno.test("streaming does not guess between replicas that share a name", async () => {
  await onCluster({ settings: { cluster_name: "" } }, async (on) => {
    found(await on.look("streaming", { node: "replica1" }), {
      holds: undefined,
      code: "SenderNotClear",
      seen: /2 rows named "walreceiver" cannot be told apart/,
    });
    await on.sql("master", "select pg_create_physical_replication_slot('r1')");
    await on.sql("replica1", "alter system set primary_slot_name = 'r1'");
    await on.sql("replica1", "select pg_reload_conf()");
    await on.until("streaming", true, { node: "replica1" });
  });
});

Deno.test("streaming and upstream see a sender that is no node of the cluster", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    const { host, port } = on.node("master").address;
    using relay = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const pipes: Promise<unknown>[] = [];
    const serve = (async () => {
      for await (const near of relay) {
        const far = await Deno.connect({ hostname: host, port });
        pipes.push(
          near.readable.pipeTo(far.writable).catch(() => {}),
          far.readable.pipeTo(near.writable).catch(() => {}),
        );
      }
    })();
    const conninfo = `host=127.0.0.1 port=${(relay.addr as Deno.NetAddr).port} user=myuser`;
    await on.sql("replica1", `alter system set primary_conninfo = '${conninfo}'`);
    await on.sql("replica1", "select pg_reload_conf()");
    const look = await on.until("streaming", false);
    for (let seen = look.seen; !/which is no node of the cluster/.test(seen);) {
      await sleep(10, on.signal);
      seen = (await on.look("streaming")).seen;
    }
    found(await on.look("upstream", { compare: { is: "master" } }), {
      holds: false,
      code: "OtherUpstream",
      seen: /which is no node of the cluster/,
    });
    await on.node("replica1").kill(on.signal);
    await on.node("master").kill(on.signal);
    relay.close();
    await serve.catch(() => {});
    await Promise.all(pipes);
  });
});

Deno.test("upstream and streaming follow a cascade", async () => {
  await onCluster({}, async (on) => {
    const replica2 = on.node("replica2");
    await replica2.stop("fast", on.signal);
    await replica2.configureStandby(on.node("replica1"), on.signal);
    await replica2.start(on.signal);
    await on.until("streaming", true, { node: "replica2" });
    found(await on.look("upstream", { node: "replica2", compare: { is: "replica1" } }), {
      holds: true,
    });
    found(await on.look("upstream", { node: "replica2", compare: { is: "master" } }), {
      holds: false,
      seen: /replica2 receives from replica1/,
    });
  });
});

Deno.test("system_identifier sees a primary that was made anew", async () => {
  await onCluster({}, async (on) => {
    found(await on.look("system_identifier"), { holds: true });
    found(await on.look("system_identifier", { node: "master" }), {
      holds: undefined,
      code: "NothingToCompare",
    });
    const master = on.node("master");
    await master.stop("fast", on.signal);
    found(await on.look("system_identifier"), {
      holds: undefined,
      code: "Unreachable",
      seen: /^master/,
    });
    await master.emptyData(on.signal);
    await master.start(on.signal);
    found(await on.look("system_identifier"), {
      holds: false,
      final: true,
      code: "OtherSystem",
      seen: /^master has \d+; replica1 has \d+/,
    });
  });
});

Deno.test("sync_state, waiting_on and slot see a synchronous standby come and go", async () => {
  await onCluster({}, async (on) => {
    found(await on.look("sync_state", { compare: { is: "async" } }), { holds: true });
    found(await on.look("slot", { words: { of: "s1" } }), { holds: false, seen: /slot s1 absent/ });
    found(await on.look("slot", { words: { of: "s1" }, compare: { is: "absent" } }), {
      holds: true,
    });
    await on.sql("master", "select pg_create_physical_replication_slot('s1', true)");
    found(await on.look("slot", { words: { of: "s1" } }), {
      holds: false,
      code: "SlotState",
      seen: /slot s1 inactive, keeps \d.* of WAL from/,
    });
    await on.sql("replica1", "alter system set primary_slot_name = 's1'");
    await on.sql("replica1", "select pg_reload_conf()");
    await on.until("slot", true, { words: { of: "s1" } });

    await on.sql("master", "create table t (id int)");
    await on.sql("master", "alter system set synchronous_standby_names = 'replica1'");
    await on.sql("master", "select pg_reload_conf()");
    await on.until("sync_state", true, { node: "replica1", compare: { is: "sync" } });
    found(await on.look("sync_state", { compare: { is: "sync" } }), {
      holds: false,
      code: "SyncState",
      seen: /^replica2 is async to master$/,
    });
    found(await on.look("waiting_on", { compare: { is: "SyncRep" } }), {
      holds: false,
      code: "NotWaiting",
    });
    await on.node("replica1").kill(on.signal);
    const session = await on.stage.connect(on.node("master"), { signal: on.signal });
    const commit = session.query("insert into t values (1)", [], on.signal).catch(() => {});
    const waiting = await on.until("waiting_on", true, { compare: { is: "SyncRep" } });
    match(waiting.seen, /1 client for SyncRep/);
    deepEqual(waiting.evidence.length, 1);
    await on.until("slot", true, { words: { of: "s1" }, compare: { is: "inactive" } });
    session.destroy();
    await commit;
    equal((await on.look("slot", { words: { of: "s1" }, compare: { not: "lost" } })).holds, true);
  });
});
