/**
 * Facts about what nodes hold, each seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { join } from "node:path";
import type { LocalNode } from "../../lib/cluster/local/node.ts";
import { findIds, rangesOf } from "../../lib/fact/ledger_ids.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { found, onCluster, type Subject } from "./fact_fixture.ts";

const orders = { words: { of: "orders" } };

/** Runs the load for a while and ends it. */
async function loadFor(on: Subject, acknowledged: number): Promise<void> {
  on.load({});
  const { ledger } = on.stage.loads.get("orders")!;
  while (ledger.counts().acknowledged < acknowledged) await sleep(10, on.signal);
  await on.end();
}

/** The replica goes on answering, but receives nothing any more. */
async function detach(on: Subject, name: string): Promise<void> {
  await on.sql(name, "alter system set primary_conninfo = ''");
  await on.sql(name, "select pg_reload_conf()");
  const sql = "select count(*)::int from pg_stat_wal_receiver";
  while ((await on.sql(name, sql)).rows[0]![0] !== 0) await sleep(5, on.signal);
}

Deno.test("same_data holds on equal copies of every kind of table, whatever the settings", async () => {
  const nodeSettings = {
    replica1: { TimeZone: "Asia/Tokyo", extra_float_digits: "-5", DateStyle: "German" },
  };
  await onCluster({ nodeSettings }, async (on) => {
    found(await on.look("same_data"), { holds: undefined, code: "NoTables" });
    found(await on.look("same_data", { node: "master" }), {
      holds: undefined,
      code: "NothingToCompare",
    });
    await on.sql(
      "master",
      `create table "Odd name" ("t" text, "the row" int);
      insert into "Odd name" values ('a', 1), ('a', 1), (null, 2);
      create table kinds (id serial primary key, at timestamptz, f float8, b bytea, i interval);
      insert into kinds (at, f, b, i) select now(), g / 3.0, 'x'::bytea, '1 day 2 hours'
        from generate_series(1, 100) g;
      create table parts (id int) partition by range (id);
      create table parts1 partition of parts for values from (0) to (100);
      insert into parts values (1), (2);
      create table "select" ();
      create unlogged table scratch (id int);
      insert into scratch values (1)`,
    );
    const look = await on.look("same_data");
    found(look, { holds: true });
    match(
      look.evidence[0]!.text,
      /4 tables, 105 rows in all; left out as unlogged: public.scratch/,
    );
    found(await on.look("same_data", { words: { tables: ["parts", "kinds"] } }), { holds: true });
    found(await on.look("same_data", { words: { tables: ["scratch"] } }), {
      holds: undefined,
      final: true,
      code: "NoTables",
      seen: /public.scratch is unlogged/,
    });
    found(await on.look("same_data", { words: { tables: ["nothing"] } }), {
      holds: undefined,
      final: true,
      code: "NoTables",
      seen: /master has no table nothing/,
    });
  });
});

Deno.test("same_data never calls a running load a difference, and holds when it has ended", async () => {
  await onCluster({}, async (on) => {
    await on.write("create table orders (id bigint primary key, at timestamptz default now())");
    on.load({ statements: ["insert into orders values (:n)"], ratePerSecond: 1000, clients: 4 });
    await on.until("commit_rate", true, { ...orders, compare: { above: 100 } });
    const seen = [];
    for (let looks = 0; looks < 20; looks++) seen.push(await on.look("same_data"));
    deepEqual(seen.filter((each) => each.holds === false), []);
    await on.end();
    await on.until("same_data", true);
  });
});

Deno.test("same_data says which replica has not replayed, and does not call that final", async () => {
  await onCluster({}, async (on) => {
    await on.write("create table t (id int)");
    await detach(on, "replica2");
    await on.write("insert into t values (1)");
    const why = /^replica2 replayed .* short of .*: no WAL receiver runs$/;
    found(await on.look("same_data"), { holds: false, code: "NotReplayed", seen: why });
    await on.node("replica1").kill(on.signal);
    found(await on.look("same_data", { node: "replica1" }), {
      holds: undefined,
      code: "Unreachable",
      seen: /^replica1/,
    });
    await on.sql("replica2", "select pg_promote()");
    await on.until("role", true, { node: "replica2", compare: { is: "primary" } });
    found(await on.look("same_data"), {
      holds: undefined,
      code: "NoPrimary",
      seen: /master is primary, .*replica2 is primary/,
    });
  });
});

/** Replaces bytes in a stopped replica's copy of a table. */
async function spoil(
  on: Subject,
  name: string,
  change: { table: string; from: string; to: string },
) {
  const { table, from, to } = change;
  // The first reader sets hint bits, whose page image would heal the replica's page later on.
  await on.sql("master", `select count(*) from ${table}`);
  await on.sql("master", "checkpoint");
  await on.until("caught_up", true);
  await on.sql(name, "checkpoint");
  const path = (await on.sql(name, `select pg_relation_filepath('${table}')`)).rows[0]![0];
  const node = on.node(name) as LocalNode;
  await node.stop("fast", on.signal);
  const file = join(node.data, String(path));
  const bytes = await Deno.readFile(file);
  const text = new TextDecoder("latin1").decode(bytes);
  notEqual(text.indexOf(from), -1);
  bytes.set(new TextEncoder().encode(to), text.indexOf(from));
  await Deno.writeFile(file, bytes);
  await node.start(on.signal);
  await on.until("caught_up", true);
}

Deno.test("same_data shows the row that differs, or that a page cannot be read", async () => {
  await onCluster({}, async (on) => {
    await on.write("create table t (id int primary key, words text)");
    await on.write("insert into t select g, 'word' || g || 'end' from generate_series(1, 50) g");
    await spoil(on, "replica1", { table: "t", from: "word7end", to: "ward7end" });
    // Before PostgreSQL 18 initdb makes no checksums: there the damage is read as data.
    if ((await on.sql("master", "show data_checksums")).rows[0]![0] === "on") {
      found(await on.look("same_data", { words: { tables: ["t"] } }), {
        holds: false,
        final: true,
        code: "CorruptData",
        seen: /^replica1 cannot read its own data: XX001/,
      });
    }
    await on.sql("replica1", "alter system set ignore_checksum_failure = on");
    await on.sql("replica1", "select pg_reload_conf()");
    const ignoring = { words: { of: "ignore_checksum_failure" }, node: "replica1" };
    await on.until("setting", true, { ...ignoring, compare: { is: true } });
    const look = await on.look("same_data");
    found(look, {
      holds: false,
      final: true,
      code: "DifferentData",
      seen:
        /^replica1 differs in 1 place: public\.t: master has \(7,word7end\), replica1 has \(7,ward7end\)$/,
    });
    found(await on.look("same_data", { node: "replica2" }), { holds: true });
  });
});

Deno.test("same_data sees a difference while a transaction stays open, once nothing is written", async () => {
  await onCluster({ replicas: 1, settings: { ignore_checksum_failure: "on" } }, async (on) => {
    await on.write("create table t (words text)");
    await on.write("insert into t values ('hello world')");
    await spoil(on, "replica1", { table: "t", from: "hello", to: "jello" });
    const session = await on.stage.connect(on.node("master"), { signal: on.signal });
    try {
      await session.query("begin; select pg_current_xact_id()", [], on.signal);
      // A later commit, so that the snapshots have a running transaction in them.
      await on.write("create table other (id int)");
      const look = await on.until("same_data", false);
      found(look, {
        holds: false,
        code: "DifferentData",
        seen: /replica1 lacks \("hello world"\)/,
      });
    } finally {
      await session.close();
    }
  });
});

Deno.test("no_lost_writes holds after a load, waits for replicas and finds what is lost", async () => {
  await onCluster({}, async (on) => {
    found(await on.look("no_lost_writes", orders), { holds: undefined, code: "NoLoad" });
    await on.write("create table orders (id int primary key)");
    await loadFor(on, 50);
    const look = await on.until("no_lost_writes", true, orders);
    match(look.evidence[0]!.text, /^orders: \d+ sent, \d+ acknowledged, 0 refused, 0 unknown$/);

    await on.sql("replica1", "select pg_wal_replay_pause()");
    const state = "select pg_get_wal_replay_pause_state()";
    while ((await on.sql("replica1", state)).rows[0]![0] !== "paused") await sleep(5, on.signal);
    await on.write("delete from orders where id in (7, 8, 9, 20)");
    found(await on.look("no_lost_writes", { ...orders, node: "master" }), {
      holds: false,
      final: true,
      code: "LostWrites",
      seen: /^master lacks 4 of \d+ acknowledged writes: 7 to 9, 20$/,
    });
    found(await on.look("no_lost_writes", { ...orders, node: "replica1" }), { holds: true });
    await on.until("replayed", true, { node: "replica2" });
    found(await on.look("no_lost_writes", { ...orders, node: "replica2" }), {
      holds: false,
      final: true,
      code: "LostWrites",
    });
  });
});

Deno.test("no_lost_writes calls a replica's gap final only when no more can come", async () => {
  await onCluster({}, async (on) => {
    await on.write("create table other (id int)");
    await on.until("caught_up", true);
    await detach(on, "replica1");
    await on.write("create table orders (id int primary key)");
    await loadFor(on, 20);
    const look = await on.look("no_lost_writes", { ...orders, node: "replica1" });
    found(look, {
      holds: false,
      code: "NotReplayed",
      seen: /^replica1 lacks (\d+) of \1 .*no WAL receiver runs\)$/,
    });
    await on.node("master").kill(on.signal);
    await on.until("no_lost_writes", true, { ...orders, node: "replica2" });
    await on.node("replica2").kill(on.signal);
    await on.sql("replica1", "select pg_promote()");
    await on.until("role", true, { node: "replica1", compare: { is: "primary" } });
    await on.write("create table orders (id int primary key)", "replica1");
    found(await on.look("no_lost_writes", { ...orders, node: "replica1" }), {
      holds: false,
      final: true,
      code: "LostWrites",
      seen: /^replica1 lacks (\d+) of \1 acknowledged writes: 1 to 20, \.\.\.|1 to \d+/,
    });
  });
});

Deno.test("no_lost_writes and no_phantom_writes need an acknowledged write", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    on.load({
      statements: ["insert into absent values (:n)"],
      ledger: { table: "absent", column: "id" },
    });
    const { ledger } = on.stage.loads.get("orders")!;
    while (ledger.counts().refused < 5) await sleep(10, on.signal);
    await on.end();
    for (const fact of ["no_lost_writes", "no_phantom_writes"]) {
      found(await on.look(fact, orders), {
        holds: undefined,
        code: "NoAcknowledgedWrites",
        seen: /0 acknowledged/,
      });
    }
  });
});

Deno.test("no_phantom_writes finds a refused write that is there", async () => {
  await onCluster({}, async (on) => {
    await on.write("create table orders (id int primary key check (id % 10 <> 0))");
    await loadFor(on, 50);
    const look = await on.until("no_phantom_writes", true, orders);
    match(look.seen, /master has none of \d+ refused writes/);
    await on.sql("master", "alter table orders drop constraint orders_id_check");
    await on.write("insert into orders values (20)");
    await on.until("replayed", true);
    found(await on.look("no_phantom_writes", orders), {
      holds: false,
      final: true,
      code: "PhantomWrites",
      seen: /^master has 1 of \d+ refused writes: 20; replica1 has 1 of/,
    });
    equal((await on.look("no_lost_writes", orders)).holds, true);
  });
});

Deno.test("findIds() compares a hundred thousand numbers with holes in one question", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    await on.write("create table orders (id int)");
    await on.write("insert into orders select 3 * g + 1 from generate_series(0, 99999) g");
    const ranges = rangesOf(Array.from({ length: 100_000 }, (_, index) => 3 * index + 1));
    const ask = (which: "present" | "absent") =>
      findIds(on.stage, on.node("master"), {
        which,
        ledger: { table: "public.Orders", column: "id" },
        ranges,
        signal: on.signal,
      });
    deepEqual(await ask("absent"), { total: 0, first: [] });
    equal((await ask("present")).total, 100_000);
    await on.write("delete from orders where id in (298, 301)");
    await on.write("insert into orders values (300), (null)");
    deepEqual(await ask("absent"), { total: 2, first: [298, 301] });
  });
});
