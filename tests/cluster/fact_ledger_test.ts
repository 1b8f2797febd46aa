/**
 * Facts about the ledger of a load, each seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
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

Deno.test("no_lost_writes holds after a load, waits for replicas and finds what is lost", async () => {
  await onCluster({}, async (on) => {
    found(await on.look("no_lost_writes", orders), { holds: undefined, code: "NoLoad" });
    await on.write("create table orders (id int primary key)");
    await loadFor(on, 50);
    const look = await on.until("no_lost_writes", true, orders);
    match(look.evidence[0]!.text, /^orders: \d+ sent, \d+ acknowledged, 0 refused, 0 unknown$/);

    await on.pauseReplay("replica1");
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
    await on.detach("replica1");
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
      seen: /^master has 1 of \d+ refused writes: 20; the same on replica1/,
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
