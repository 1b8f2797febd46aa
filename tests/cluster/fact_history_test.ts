/**
 * Histories recorded on real clusters: each guarantee is seen to hold where it does, and to be broken
 * where something breaks it, for that reason.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Look } from "../../lib/fact/kind.ts";
import { ending, History } from "../../lib/history/history.ts";
import { checkListAppend } from "../../lib/history/list_append.ts";
import { checkLongFork } from "../../lib/history/long_fork.ts";
import { visibilityOf } from "../../lib/history/visibility.ts";
import type { Comparison } from "../../lib/scenario/model.ts";
import { type Asked, found, onCluster, type Subject } from "./fact_fixture.ts";

const of = { of: "shop" };

/** Takes away what was written until a session notices; one that writes again first does not. */
async function untilUnread(on: Subject, fact: string, question: Asked): Promise<Look> {
  let look = await on.look(fact, question);
  while (look.holds !== false) {
    await on.write("delete from pgproof_shop");
    look = await on.look(fact, question);
  }
  return look;
}

Deno.test("read_your_writes and monotonic_reads need a history, of these nodes, and enough of it", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    found(await on.look("read_your_writes", { node: "master", words: of }), {
      holds: undefined,
      code: "NoLoad",
    });
    await on.write("create table orders (id int)");
    on.load({});
    found(await on.look("monotonic_reads", { node: "master", words: { of: "orders" } }), {
      holds: undefined,
      code: "NoHistory",
      final: true,
    });
    await on.workload({ workload: { readers: "master" }, ratePerSecond: 5, clients: 1 });
    found(await on.look("read_your_writes", { node: "replica1", words: of }), {
      holds: undefined,
      code: "NotRead",
      seen: /^replica1 is not read by load shop: its readers are master$/,
      final: true,
    });
    found(await on.look("monotonic_reads", { node: "master", words: of }), {
      holds: undefined,
      code: "TooLittleSeen",
      seen: /^master answered \d reads?, 20 are needed$/,
    });
    await on.end("shop");
    found(await on.look("read_your_writes", { node: "master", words: of }), {
      holds: undefined,
      code: "TooLittleSeen",
      final: true,
    });
  });
});

Deno.test("session guarantees hold on the primary, and break on a replica that does not replay", async () => {
  await onCluster({ replicas: 2 }, async (on) => {
    await on.workload({ workload: {} });
    const primary = { node: "primary", words: of };
    const look = await on.until("read_your_writes", true, primary);
    match(look.seen, /^master showed every session its own writes, in \d+ reads$/);
    match(look.evidence[0]!.text, /^shop: \d+ operations of sessions, writes \d+ acknowledged/);
    await on.pauseReplay("replica1");
    const missed = await on.until("read_your_writes", false, { node: "replica1", words: of });
    found(missed, {
      holds: false,
      final: true,
      code: "MissedOwnWrite",
      seen:
        /^replica1 of \d+ reads missed the session's own write (once|\d+ times): client (\d) on master, [\d.]+s to [\d.]+s: write \d+ to \d; then client \2 on replica1, [\d.]+s to [\d.]+s: read \d = \w+/,
    });
    const across = await on.until("monotonic_reads", false, { node: "replicas", words: of });
    found(across, {
      holds: false,
      final: true,
      code: "ReadBackwards",
      seen: /a session went back from node to node .*client (\d) on .*then client \1 on replica\d/,
    });
    const each = { node: "all", words: { ...of, per: "node" } };
    found(await on.look("monotonic_reads", each), { holds: true });
    found(await on.look("monotonic_reads", primary), { holds: true });
    const back = await untilUnread(on, "monotonic_reads", each);
    match(
      back.seen,
      /a node went back .*client (\d) on (\w+), .* = \d+; then client \1 on \2/,
    );
    match((await untilUnread(on, "read_your_writes", primary)).seen, /= nothing/);
    await on.end("shop");
  });
});

for (const kind of ["bank", "list_append"]) {
  Deno.test(`no_anomalies holds for ${kind} at repeatable read, and finds lost updates at read committed`, async () => {
    await onCluster({ replicas: 1 }, async (on) => {
      const load = { ratePerSecond: 800, clients: 8 };
      await on.workload({ ...load, workload: { kind } });
      const asked = { node: "all", words: { ...of, model: "parallel snapshot isolation" } };
      const look = await on.until("no_anomalies", true, asked);
      match(look.seen, /^\d+ reads on master, replica1, none of them an anomaly$/);
      await on.sql("master", "select pg_sleep(1)");
      await on.end("shop");
      found(await on.look("no_anomalies", asked), { holds: true });
      // Transactions met each other, or nothing could have gone wrong.
      ok(on.stage.loads.get("shop")!.ledger.counts().refused > 0);
      await on.workload({ ...load, workload: { kind, isolation: "read committed" } });
      const wrong = await on.until("no_anomalies", false, asked);
      found(wrong, {
        holds: false,
        final: true,
        code: "Anomaly",
        seen: kind === "bank"
          ? /^wrong-total (once|\d+ times): the accounts sum to \d+, not 800; client \d+ on \w+, /
          : /^(lost|incompatible-order|G-single|G0|G1c) .*client \d+ on \w+, [\d.]+s to [\d.]+s: /,
      });
      await on.end("shop");
    });
  });
}

Deno.test("no_anomalies needs transactions, and finds what is gone", async () => {
  const slow = { ratePerSecond: 40, clients: 1 };
  await onCluster({ replicas: 1 }, async (on) => {
    await on.workload({ workload: { kind: "bank", readers: "primary" } });
    const asked = { node: "primary", words: of };
    await on.until("no_anomalies", true, asked);
    await on.write("delete from pgproof_shop where id = 3");
    found(await on.until("no_anomalies", false, asked), {
      holds: false,
      final: true,
      code: "Anomaly",
      seen:
        /missing-account .*1 of 8 accounts are not there; client \d+ on master.*read 3 = nothing/,
    });
    await on.end("shop");
    // Sums are the same because nothing happens, which shows nothing.
    await on.workload({ ...slow, workload: { kind: "bank", readers: "primary" } });
    await on.sql(
      "master",
      "create function refuse() returns trigger language plpgsql " +
        "as $$ begin raise 'no'; end $$",
    );
    await on.sql(
      "master",
      "create trigger refuse before update on pgproof_shop_2 " +
        "execute function refuse()",
    );
    let look = await on.look("no_anomalies", asked);
    while (!look.seen.includes("transactions")) look = await on.look("no_anomalies", asked);
    found(look, {
      holds: undefined,
      code: "TooLittleSeen",
      seen: /^\d+ acknowledged transactions, 20 are needed$/,
    });
    await on.end("shop");
  });
});

const beats = { ratePerSecond: 100, clients: 1, workload: { kind: "heartbeat" } };

Deno.test("staleness knows each write within an interval, and a replica that applies late", async () => {
  const nodeSettings = { replica2: { recovery_min_apply_delay: "300ms" } };
  await onCluster({ replicas: 2, nodeSettings }, async (on) => {
    await on.workload(beats);
    const ask = (node: string, compare: Comparison, quantile = "median") => ({
      node,
      compare,
      words: { ...of, quantile },
    });
    found(await on.look("staleness", ask("replica2", { at_most: 2000 })), {
      holds: undefined,
      code: "TooLittleSeen",
    });
    await on.until("staleness", true, ask("replicas", { at_most: 2000 }, "p99"));
    const late = await on.look("staleness", ask("replica2", { at_most: 250 }));
    found(late, {
      holds: false,
      code: "Stale",
      seen: /^replica2 median between \d+ms and \d+ms, of \d+ writes$/,
    });
    match(late.evidence.map(({ text }) => text).join("\n"), /the probe: median between .* \(p99\)/);
    found(await on.look("staleness", ask("replica2", { above: 250 })), { holds: true });
    // Nothing is applied sooner; clocks of servers and of the harness drift a little.
    const delays = visibilityOf(handle(on).recording!.history).find(({ node }) =>
      node === "replica2"
    )!.delays;
    ok(delays.every(({ high }) => high >= 295), "seen before it was applied");
    ok(delays.every(({ low, high }) => low <= high), "an interval without a moment");
    await on.end("shop");
    // Whoever looks after the end sees every write: the probe went on until it was there.
    const last = handle(on).ledger.counts().acknowledged;
    match(
      (await on.look("staleness", ask("replica2", { above: 250 }))).seen,
      new RegExp(`of ${last} `),
    );
    found(await on.look("staleness", ask("replica1", { at_most: 2000 }, "p99")), { holds: true });
    const names = on.stage.loads.get("shop")!.measures().map(({ name, node }) => `${name} ${node}`);
    for (const name of ["visible_after", "replay_lag", "replay_lag_null"]) {
      ok(names.includes(`shop.${name} replica2`), names.join());
    }
  });
});

Deno.test("staleness of a replica that stands still grows, and of one that is silent is not known", async () => {
  await onCluster({ replicas: 2 }, async (on) => {
    await on.workload(beats);
    const asked = { node: "replicas", words: of, compare: { at_most: 400 } };
    await on.until("staleness", true, { ...asked, compare: { at_most: 5000 } });
    await on.pauseReplay("replica1");
    found(await on.until("staleness", false, asked), {
      holds: false,
      code: "Stale",
      seen: /^replica1 max at least \d+ms, of \d+ writes/,
    });
    await on.sql("replica1", "select pg_wal_replay_resume()");
    await on.node("replica2").stop("immediate", on.signal);
    const silent = { node: "replica2", words: of, compare: { at_most: 60_000 } };
    found(await on.until("staleness", undefined, silent), {
      holds: undefined,
      code: "ProbeBlind",
      seen: /^replica2 has answered nothing for [\d.]+m?s$/,
    });
    const { end } = handle(on);
    await end();
  });
});

Deno.test("checkLongFork() and checkListAppend() find the long fork of a real cluster", async () => {
  await onCluster({ replicas: 2 }, async (on) => {
    await on.write("create table lists (key int primary key, elements int[])");
    await on.write("insert into lists values (0, '{}'), (1, '{}')");
    await on.until("caught_up", true, { node: "replicas" });
    await on.node("replica1").stop("fast", on.signal);
    await on.sql("master", "alter system set synchronous_standby_names = 'replica1'");
    await on.sql("master", "select pg_reload_conf()");
    while ((await on.sql("master", "show synchronous_standby_names")).rows[0]![0] === "");
    const [registers, lists] = [new History(), new History()];
    const append = (key: number) => {
      const at = { process: key, node: "master", at: performance.now() };
      return lists.begin(at, [{ f: "append", key, value: key }]);
    };
    /** Both lists in one snapshot, as both checkers want it. */
    const read = async (node: string, process: number): Promise<boolean[]> => {
      const at = { process, node, at: performance.now() };
      const rows = [
        registers.begin(at, [{ f: "read", key: 0 }, { f: "read", key: 1 }]),
        lists.begin(at, [{ f: "list", key: 0 }, { f: "list", key: 1 }]),
      ] as const;
      const sql = "select elements from lists order by key";
      const found = (await on.sql(node, sql)).rows.map(([elements]) => elements as number[]);
      const endedAt = performance.now();
      registers.end(rows[0], "ok", endedAt, found.map(([element]) => element ?? null));
      lists.end(rows[1], "ok", endedAt, found);
      return found.map(({ length }) => length > 0);
    };
    const change = (key: number) => `update lists set elements = '{${key}}' where key = ${key}`;
    await using patient = await on.stage.connect(on.node("master"), { signal: on.signal });
    const first = append(0);
    const waits = patient.query(change(0), [], on.signal);
    while (!(await read("replica2", 2))[0]);
    deepEqual(await read("master", 3), [false, false]);
    await using hasty = await on.stage.connect(on.node("master"), { signal: on.signal });
    await hasty.query("set synchronous_commit = local", [], on.signal);
    const second = append(1);
    await hasty.query(change(1), [], on.signal);
    lists.end(second, "ok", performance.now());
    deepEqual(await read("master", 3), [false, true]);
    await on.node("replica1").start(on.signal);
    await waits;
    lists.end(first, "ok", performance.now());
    deepEqual(await read("master", 3), [true, true]);
    deepEqual(checkLongFork(registers, 2).anomalies.map(({ name }) => name), ["long-fork"]);
    deepEqual(checkListAppend(lists).anomalies.map(({ name }) => name), ["G-nonadjacent"]);
  });
});

Deno.test("a workload's writes without a clear answer are unknown, and who sent them goes on as another", async () => {
  const settings = { synchronous_standby_names: "nobody" };
  await onCluster({ replicas: 1, settings: { synchronous_commit: "local" } }, async (on) => {
    await on.workload({ workload: { readers: "replica1" }, clients: 3 });
    const { ledger, recording, end } = handle(on);
    while (ledger.counts().acknowledged < 20) await on.sql("master", "select pg_sleep(0.01)");
    equal(ledger.counts().unknown, 0);
    for (const [name, value] of Object.entries(settings)) {
      await on.sql("master", `alter system set ${name} = ${value}`);
    }
    await on.sql("master", "alter system set synchronous_commit = on");
    await on.sql("master", "select pg_reload_conf()");
    const cancel = "select count(pg_cancel_backend(pid))::int from pg_stat_activity " +
      "where wait_event = 'SyncRep'";
    while (ledger.counts().unknown < 3) await on.sql("master", cancel);
    // One that still waits when the load ends must not keep it from ending.
    const ended = end();
    let isOver = false;
    ended.then(() => isOver = true);
    while (!isOver) await on.sql("master", cancel);
    const { history } = recording!;
    const { process, ending: endings } = history.columns;
    const unclear = [...Array(history.length).keys()].filter((row) => endings[row] === ending.info);
    ok(unclear.length >= 3);
    for (const row of unclear) {
      const later = process.subarray(row + 1, history.length);
      equal(later.includes(process[row]!), false, "it went on as the same client");
    }
    deepEqual(ledger.counts().sent, ledger.length());
  });
});

/** What the tests look at of the load. */
function handle(on: Subject) {
  const load = on.stage.loads.get("shop")!;
  const { ledger, recording } = load;
  return {
    recording,
    ledger: { counts: () => ledger.counts(), length: () => ledger.operations.length },
    end: () => load.end(on.signal),
  };
}
