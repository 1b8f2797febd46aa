/**
 * Facts about single servers and loads, each seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import { dirname, join } from "node:path";
import type { LocalNode } from "../../lib/cluster/local/node.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { found, onCluster } from "./fact_fixture.ts";

const MB = 1024 ** 2;

Deno.test("setting sees the value in effect, its source and what waits for a restart", async () => {
  await onCluster({ replicas: 1, settings: { wal_keep_size: "80MB" } }, async (on) => {
    const ask = (of: string, compare: Record<string, string | number | boolean>, node = "all") =>
      on.look("setting", { words: { of }, compare, node });
    found(await ask("wal_keep_size", { is: "80MB" }), { holds: true });
    found(await ask("WAL_KEEP_SIZE", { at_least: "0.05GB" }), { holds: true });
    found(await ask("wal_keep_size", { is: "64MB" }), {
      holds: false,
      code: "Setting",
      seen: /^master has wal_keep_size 80MB \(80 x MB\)|80MB/,
    });
    found(await ask("hot_standby", { is: true }), { holds: true });
    found(await ask("cluster_name", { is: "master" }), {
      holds: false,
      seen: /replica1 has cluster_name replica1 from/,
    });
    found(await ask("cluster_name", { matches: "^(master|replica1)$" }), { holds: true });
    const unknown = await ask("wal_keep_sizes", { is: "1MB" });
    found(unknown, {
      holds: undefined,
      final: true,
      code: "BadSetting",
      seen: /knows no setting "wal_keep_sizes"/,
    });
    found(await ask("wal_keep_size", { is: "10s" }), {
      holds: undefined,
      final: true,
      code: "BadSetting",
      seen: /wal_keep_size has no value in 10s; its unit is MB/,
    });
    await on.sql("master", "alter system set shared_buffers = '32MB'");
    await on.sql("master", "select pg_reload_conf()");
    let pending = await ask("shared_buffers", { is: "32MB" }, "master");
    for (; !/waits for a restart/.test(pending.seen); await sleep(10, on.signal)) {
      pending = await ask("shared_buffers", { is: "32MB" }, "master");
    }
    equal(pending.holds, false);
  });
});

Deno.test("log finds lines since the scenario began or a step, and no pass in an unreadable log", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    const ask = (compare: { matches?: string; lacks?: string }, words = {}, node = "master") =>
      on.look("log", { compare, words, node });
    found(await ask({ lacks: "division by zero" }), { holds: true });
    found(await ask({ matches: "division by zero" }), { holds: false, code: "NoLogLine" });
    await on.sql("master", "select 1 / 0").catch(() => {});
    const line = await on.until("log", true, {
      node: "master",
      compare: { matches: "division by zero" },
    });
    match(line.seen, /logged ".*ERROR: {2}division by zero"/);
    found(await ask({ lacks: "division by zero" }), {
      holds: false,
      final: true,
      code: "UnwantedLogLine",
      seen: /division by zero/,
    });
    found(await on.look("log", { compare: { matches: "division by zero" } }), {
      holds: false,
      seen: /^replica1 logged nothing like that/,
    });

    found(await ask({ lacks: "x" }, { since: "later" }), { holds: undefined, code: "NoSuchStep" });
    const marks = new Map([["master", await on.node("master").markLog()]]);
    on.stage.stepLogs.set("later", marks);
    found(await ask({ lacks: "division by zero" }, { since: "later" }), { holds: true });
    found(await ask({ matches: "division by zero" }, { since: "later" }), { holds: false });

    const file = join(dirname((on.node("replica1") as LocalNode).data), "server.log");
    await Deno.remove(file);
    found(await ask({ lacks: "division by zero" }, {}, "replica1"), {
      holds: undefined,
      final: true,
      code: "NoLog",
      seen: /^replica1 has a log that cannot be read/,
    });
  });
});

Deno.test("retained_wal counts what a slot holds back and the directory", async () => {
  const settings = { wal_keep_size: "0", min_wal_size: "32MB", max_wal_size: "32MB" };
  await onCluster({ replicas: 1, settings }, async (on) => {
    const before = await on.look("retained_wal", { compare: { below: 1024 * MB } });
    found(before, { holds: true, seen: /^master keeps .* in pg_wal, no slot holds any back$/ });
    found(await on.look("retained_wal", { compare: { below: MB } }), {
      holds: false,
      code: "RetainedWal",
    });
    await on.sql("master", "select pg_create_physical_replication_slot('orphan', true)");
    await on.sql(
      "master",
      "create table t as select g, repeat('x', 500) from generate_series(1, 20000) g",
    );
    const after = await on.look("retained_wal", { compare: { below: 8 * MB } });
    found(after, { holds: false, seen: /slot orphan holds back \d+(\.\d)?MB/ });
    ok(after.measured![0]!.value >= before.measured![0]!.value);
    const data = after.evidence[0]!.data as { slotBytes: number };
    ok(data.slotBytes > 8 * MB, String(data.slotBytes));
  });
});

Deno.test("commit_rate follows a load, and sees it stop", async () => {
  await onCluster({ replicas: 1 }, async (on) => {
    const ask = (compare: { above?: number; below?: number }) =>
      on.look("commit_rate", { words: { of: "orders" }, compare });
    found(await ask({ above: 1 }), { holds: undefined, code: "NoLoad", seen: /not started yet/ });
    await on.write("create table orders (id int primary key)");
    on.load({});
    // Not an error, although nothing was acknowledged yet: the look takes the second it speaks of.
    found(await ask({ above: 5000 }), { holds: false, code: "CommitRate", seen: /acknowledged$/ });
    await on.until("commit_rate", true, { words: { of: "orders" }, compare: { above: 50 } });
    found(await ask({ above: 5000 }), { holds: false, code: "CommitRate", seen: /acknowledged$/ });
    await on.node("master").kill(on.signal);
    const look = await on.until("commit_rate", true, {
      words: { of: "orders" },
      compare: { below: 1 },
    });
    match(look.evidence[0]!.text, /in all \d+ sent, \d+ acknowledged/);
  });
});
