/**
 * Facts about what guards a server or is in its way: recovery conflicts, pg_hba.conf, checksums,
 * slots, waits. Each is seen to hold and seen to fail for its cause.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import { join } from "node:path";
import type { LocalNode } from "../../lib/cluster/local/node.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { Session } from "../../lib/sql/session.ts";
import { found, onCluster } from "./fact_fixture.ts";

Deno.test("recovery_conflicts counts what replay cancelled, by kind, and waiting_on sees it wait", () =>
  onCluster({ replicas: 1, settings: { max_standby_streaming_delay: "2s" } }, async (on) => {
    await on.write("create table item as select 1 as id");
    await on.until("caught_up", true, { node: "replica1" });
    const conflicts = (compare: Record<string, number>, words = {}, node = "replica1") =>
      on.look("recovery_conflicts", { node, compare, words });
    found(await conflicts({ is: 0 }), { holds: true });
    found(await conflicts({ above: 0 }), { holds: false, seen: /counts none/ });
    found(await conflicts({ is: 0 }, {}, "master"), { holds: undefined, code: "NotStandby" });
    const { signal } = on;
    await using reader = await Session.open(loginOf(on.node("replica1")), signal);
    await reader.query("begin; select * from item", [], signal);
    await on.write("drop table item");
    const waits = {
      node: "replica1",
      words: { of: "startup" },
      compare: { matches: "Lock|lock|relation" },
    };
    found(await on.look("waiting_on", { ...waits, words: {} }), { holds: false });
    await on.until("waiting_on", true, waits);
    await on.until("caught_up", true, { node: "replica1" });
    await reader.query("select 1", [], signal).catch(() => {});
    const asked = { node: "replica1", compare: { is: 1 }, words: { of: "lock" } };
    found(await on.until("recovery_conflicts", true, asked), {
      holds: true,
      seen: /counts 1 lock/,
    });
    found(await conflicts({ is: 0 }, { of: "snapshot" }), { holds: true });
    found(await conflicts({ below: 1 }), { holds: false, code: "RecoveryConflicts" });
  }));

Deno.test("hba sees who is let in, and what in the file is wrong", () =>
  onCluster({ replicas: 1 }, async (on) => {
    const ask = (words = {}, is?: string) =>
      on.look("hba", { node: "master", words, compare: is === undefined ? {} : { is } });
    found(await ask(), { holds: true, seen: /rules without a mistake/ });
    await on.sql("master", "create role visitor login; create role nobody");
    found(await ask({ as: "visitor" }), { holds: true, seen: /accepts visitor/ });
    found(await ask({ as: "visitor" }, "refused"), { holds: false, code: "Accepted" });
    found(await ask({ as: "visitor", replication: true }, "refused"), {
      holds: true,
      seen: /no pg_hba.conf entry for replication connection/,
    });
    found(await ask({ as: "myuser", replication: true }), { holds: true });
    found(await ask({ as: "absent" }), { holds: undefined, final: true, seen: /is absent/ });
    found(await ask({ as: "nobody" }, "refused"), {
      holds: undefined,
      final: true,
      code: "NoRole",
    });
    const [[file]] = (await on.sql("master", "show hba_file")).rows as [[string]];
    const before = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, `host all visitor all scram-sha-256\n${before}`);
    await on.sql("master", "alter role visitor password 'secret'; select pg_reload_conf()");
    await on.until("hba", true, {
      node: "master",
      words: { as: "visitor" },
      compare: { is: "refused" },
    });
    found(await ask({ as: "visitor", password: "secret" }), { holds: true });
    found(await ask({ as: "visitor", password: "wrong" }), {
      holds: false,
      code: "Refused",
      seen: /password authentication failed/,
    });
    await Deno.writeTextFile(file, `host everything\n${before}`);
    found(await ask(), { holds: false, code: "HbaMistake", seen: /line 1: / });
  }));

Deno.test("checksums sees whether they are on, and a page that was damaged", () =>
  onCluster({ replicas: 0, checksums: true }, async (on) => {
    const ask = (compare: Record<string, string | number | boolean> = {}, words = {}) =>
      on.look("checksums", { compare, words });
    await on.write("create table item as select generate_series(1, 1000) as id");
    found(await ask(), { holds: true, seen: /has data checksums on and 0 failures/ });
    found(await ask({ is: "off" }), { holds: false, code: "ChecksumsOn" });
    found(await ask({ is: 0 }, { of: "failures" }), { holds: true });
    found(await ask({ above: 0 }), { holds: undefined, final: true, code: "NotComparable" });
    const path = String(
      (await on.sql("master", "select pg_relation_filepath('item')")).rows[0]![0],
    );
    const node = on.node("master") as LocalNode;
    await node.stop("fast", on.signal);
    const file = join(node.data, path);
    const bytes = await Deno.readFile(file);
    bytes[8000]! ^= 1;
    await Deno.writeFile(file, bytes);
    await node.start(on.signal);
    await on.sql("master", "select count(*) from item").catch(({ code }) => equal(code, "XX001"));
    const asked = { compare: { above: 0 }, words: { of: "failures" } };
    await on.until("checksums", true, asked);
    found(await ask(), {
      holds: false,
      code: "ChecksumFailures",
      seen: /failure.*in mydb, last at/,
    });
  }));

Deno.test("checksums sees that they are off", () =>
  onCluster({ replicas: 0, checksums: false }, async (on) => {
    found(await on.look("checksums"), { holds: false, code: "ChecksumsOff" });
    found(await on.look("checksums", { compare: { is: "off" } }), { holds: true });
    const counted = { compare: { is: 0 }, words: { of: "failures" } };
    found(await on.look("checksums", counted), { holds: undefined, code: "ChecksumsOff" });
  }));

Deno.test("slot sees how much WAL it holds back, and that it was lost", () =>
  onCluster({
    replicas: 0,
    settings: { max_slot_wal_keep_size: "1MB", wal_keep_size: "0" },
  }, async (on) => {
    const ask = (words: Record<string, unknown>, compare: Record<string, string> = {}) =>
      on.look("slot", { words: { of: "held", ...words }, compare });
    found(await ask({ wal_status: "reserved" }), { holds: false, seen: /slot held absent/ });
    found(await ask({ keeps_at_most: 1024 }), { holds: false });
    await on.sql("master", "select pg_create_physical_replication_slot('held', true)");
    found(await ask({ wal_status: "reserved", keeps_at_most: 16 * 1024 ** 2 }), { holds: true });
    found(await ask({ keeps_at_least: 16 * 1024 ** 2 }), {
      holds: false,
      seen: /keeps \d.* of WAL/,
    });
    found(await ask({}), { holds: false, seen: /slot held inactive/ });
    for (let turn = 0; turn < 3; turn++) {
      await on.sql("master", "select pg_logical_emit_message(true, 'x', 'y')");
      await on.sql("master", "select pg_switch_wal()");
    }
    found(await ask({ keeps_at_least: 16 * 1024 ** 2 }, { is: "inactive" }), { holds: true });
    await on.sql("master", "checkpoint");
    found(await ask({ wal_status: "lost" }, { is: "lost" }), { holds: true });
    found(await ask({ keeps_at_most: 1 }), { holds: undefined });
  }));
