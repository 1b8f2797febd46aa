/**
 * Facts about what nodes hold, each seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { deepEqual, match, notEqual } from "node:assert/strict";
import { join } from "node:path";
import type { LocalNode } from "../../lib/cluster/local/node.ts";
import { found, onCluster, type Subject } from "./fact_fixture.ts";

const orders = { words: { of: "orders" } };

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
    await on.detach("replica2");
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
