/**
 * Facts about how far replicas are, each seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import { sleep } from "../../lib/time/sleep.ts";
import { found, onCluster } from "./fact_fixture.ts";

const MB = 1024 ** 2;

Deno.test("replayed, caught_up, lag_bytes and lag_time see a replica whose replay is paused", async () => {
  await onCluster({}, async (on) => {
    found(await on.look("replayed"), { holds: undefined, code: "NoWrite" });
    await on.write("create table t (id int, pad text)");
    const healthy = await on.until("replayed", true);
    equal(healthy.evidence.length, 2);
    match(healthy.evidence[0]!.text, /replayed .* which includes/);
    await on.until("caught_up", true);
    await on.until("lag_bytes", true, { compare: { below: 1 } });
    await on.until("lag_time", true, { compare: { below: 1000 } });

    await on.pauseReplay("replica1");
    const lsn = await on.write(
      "insert into t select g, repeat('x', 500) from generate_series(1, 5000) g",
    );
    await on.until("replayed", true, { node: "replica2" });
    const why = /^replica1 replayed .* short of .*: replay is paused$/;
    found(await on.look("replayed"), { holds: false, code: "NotReplayed", seen: why });
    found(await on.look("replayed", { node: "master" }), { holds: true });
    found(await on.look("replayed", { words: { lsn } }), { holds: false, seen: why });
    found(await on.look("caught_up"), { holds: false, code: "Behind", seen: why });

    const bytes = await on.look("lag_bytes", { compare: { at_most: MB } });
    found(bytes, {
      holds: false,
      code: "Lag",
      seen: /replica1 is .*MB.* behind master: replay is paused/,
    });
    equal(bytes.measured?.length, 2);
    ok(bytes.measured![0]!.value > 2 * MB && bytes.measured![1]!.value === 0);

    const first = await on.until("lag_time", false, { compare: { below: 300 } });
    found(first, {
      holds: false,
      code: "Lag",
      seen: /^replica1 lags by at least .*: replay is paused$/,
    });
    const second = await on.look("lag_time", { compare: { below: 300 } });
    ok(second.measured![0]!.value > first.measured![0]!.value, "it grows");
    found(await on.look("lag_time", { node: "replica1", compare: { above: 300 } }), {
      holds: true,
    });
    found(await on.look("lag_time", { node: "replica2", compare: { below: 1000 } }), {
      holds: true,
    });

    await on.sql("replica1", "select pg_wal_replay_resume()");
    await on.until("replayed", true);
    await on.until("lag_time", true, { compare: { below: 300 } });
  });
});

Deno.test("lag_time of an idle cluster is nothing, however long it is idle", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    await on.write("create table t (id int)");
    await on.until("caught_up", true);
    await on.look("lag_time", { compare: { below: 100 } });
    await sleep(1500, on.signal);
    const look = await on.look("lag_time", { compare: { below: 1000 } });
    found(look, { holds: true });
    equal(look.measured![0]!.value, 0);
  });
});

Deno.test("lag_time measures recovery_min_apply_delay", async () => {
  const delay = { replica1: { recovery_min_apply_delay: "400ms" } };
  await onCluster({ nodeSettings: delay }, async (on) => {
    await on.sql("master", "create table t (id int)");
    await sleep(600, on.signal);
    await on.sql("master", "insert into t values (1)");
    const slow = await on.look("lag_time", { node: "replica1", compare: { above: 200 } });
    found(slow, { holds: true });
    await on.write("insert into t values (2)");
    const seen = await on.until("replayed", false, { node: "replica1" });
    match(seen.seen, /recovery_min_apply_delay holds replay back/);
    // Nothing is decided early here, so the whole delay is seen.
    await on.sql("master", "insert into t values (3)");
    const whole = await on.look("lag_time", { node: "replica1", compare: { below: 10_000 } });
    found(whole, { holds: true });
  });
});

Deno.test("replayed says that a query on the replica holds replay back", async () => {
  const patient = { settings: { max_standby_streaming_delay: "-1" } };
  await onCluster({ replicas: 1, ...patient }, async (on) => {
    await on.write("create table t (id int)");
    await on.until("replayed", true);
    const session = await on.stage.connect(on.node("replica1"), { signal: on.signal });
    try {
      await session.query("begin; select * from t", [], on.signal);
      await on.write("alter table t add column more int");
      const look = await on.until("replayed", false);
      match((await on.until("replayed", false)).seen, /short of/);
      for (let seen = look.seen; !/waits for a query on it \(Lock: relation\)/.test(seen);) {
        seen = (await on.until("replayed", false)).seen;
      }
    } finally {
      await session.close();
    }
    await on.until("replayed", true);
  });
});

Deno.test("caught_up sees a replica that has everything but receives no more", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    await on.write("create table t (id int)");
    await on.until("caught_up", true);
    await on.sql("replica1", "alter system set primary_conninfo = ''");
    await on.sql("replica1", "select pg_reload_conf()");
    const look = await on.until("caught_up", false);
    found(look, { holds: false, code: "NotReceiving", seen: /but its WAL receiver is absent/ });
    await on.sql("master", "insert into t values (1)");
    found(await on.look("caught_up"), {
      holds: false,
      code: "Behind",
      seen: /no WAL receiver runs/,
    });
    found(await on.look("lag_time", { compare: { below: 200 } }), {
      holds: false,
      seen: /no WAL receiver runs/,
    });
  });
});

Deno.test("facts on a dead node say which one does not answer, those without a primary say so", async () => {
  await onCluster({}, async (on) => {
    await on.write("create table t (id int)");
    await on.until("replayed", true);
    await on.node("replica1").kill(on.signal);
    for (const fact of ["replayed", "caught_up"]) {
      const look = await on.look(fact);
      found(look, {
        holds: undefined,
        code: "Unreachable",
        seen: /^replica1 does not answer: \w+/,
      });
      equal(look.evidence.length, 2);
    }
    await on.node("master").kill(on.signal);
    for (
      const [fact, compare] of [["caught_up", {}], ["lag_bytes", { below: 1 }], ["lag_time", {
        below: 1,
      }]] as const
    ) {
      found(await on.look(fact, { node: "replica2", compare }), {
        holds: undefined,
        code: "NoPrimary",
        seen: /master does not answer/,
      });
    }
  });
});
