/**
 * Backups and what is made of them on real servers, each with a case where it must fail for the
 * reason that is expected.
 *
 * @module
 */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";
import type { LocalNode } from "../../lib/cluster/local/node.ts";
import { NodeError } from "../../lib/cluster/model.ts";
import { found, onCluster, type Subject, systemWith } from "./fact_fixture.ts";
import { perform, refuses } from "./operation_fixture.ts";

async function column(on: Subject, node: string, sql: string): Promise<unknown[]> {
  return (await on.sql(node, sql)).rows.map(([value]) => value);
}

async function value(on: Subject, sql: string, node = "master"): Promise<string> {
  return String((await column(on, node, sql))[0]);
}

const ids = "select id from item order by id";

/** The folder of a kept backup. */
function folderOf(on: Subject, name: string): string {
  return join((on.node("master") as LocalNode).data, "../../backups", name);
}

Deno.test("restore recovers to the end, a position, a time, a transaction, a restore point", () =>
  onCluster({ replicas: 1, archive: true }, async (on) => {
    await on.write("create table item (id int)");
    const [taken] = await perform(on, "backup", { node: "primary", as: "monday" });
    match(taken!.text, /backup monday of master: recovery begins at 0\/\w+ in 0000/);
    const lsn = await on.write("insert into item values (1)");
    await on.sql("master", "begin; insert into item values (2)");
    const xid = await value(on, "select pg_current_xact_id()");
    await on.sql("master", "commit");
    const time = await value(on, "select clock_timestamp()");
    await on.write("insert into item values (3)");
    await on.sql("master", "select pg_create_restore_point('before_four')");
    await on.write("insert into item values (4)");
    await perform(on, "switch_wal", { node: "primary" });
    await on.until("archived", true, { node: "master" });
    const restored = async (words: Record<string, unknown>) => {
      const node = "replica1";
      const [evidence] = await perform(on, "restore", { node, of: "monday", ...words });
      return { text: evidence!.text, rows: await column(on, node, ids) };
    };
    const paused = await restored({ to_lsn: lsn, then: "pause" });
    match(paused.text, /replica1 was restored from monday and paused: replica/);
    deepEqual(paused.rows, [1]);
    deepEqual((await restored({ to_xid: xid, then: "pause", inclusive: false })).rows, [1]);
    deepEqual((await restored({ to_time: time, then: "pause" })).rows, [1, 2]);
    deepEqual((await restored({ then: "replica" })).rows, [1, 2, 3, 4]);
    const named = await restored({ to_point: "before_four" });
    match(named.text, /replica1 was restored from monday: primary on timeline 2/);
    deepEqual(named.rows, [1, 2, 3]);
    const [ended] = await perform(on, "restore", {
      ...{ node: "replica1", of: "monday", to_lsn: lsn, then: "shutdown", timeline: "current" },
    });
    match(ended!.text, /replica1 reached its target and ended.*shutdown at recovery target/);
    equal(await on.node("replica1").state(), "stopped");
  }));

Deno.test("restore says why it did not come to its target, and proves an expected refusal", () =>
  onCluster({ replicas: 1, archive: true }, async (on) => {
    await on.write("create table item (id int)");
    await perform(on, "backup", { node: "primary", as: "monday" });
    await perform(on, "switch_wal", { node: "primary" });
    await on.until("archived", true, { node: "master" });
    const node = "replica1";
    const to = { to_point: "never_made" };
    const restoring = perform(on, "restore", { node, of: "monday", ...to });
    await rejects(restoring, (error: Error) => {
      match(error.message, /recovery ended before configured recovery target was reached|stopped/);
      return true;
    });
    const fails = "recovery ended before configured recovery target was reached";
    const [seen] = await perform(on, "restore", { node, of: "monday", ...to, fails });
    match(seen!.text, /replica1 did not come up, saying: .*FATAL.*recovery ended before/);
    await perform(on, "restore", {
      ...{ node, of: "monday", to_point: "a", to_lsn: "0/3000000" },
      fails: "multiple recovery targets specified",
    });
    await refuses(
      perform(on, "restore", { node, of: "monday", ...to, fails: "no such words" }),
      /failed, but its log does not match \/no such words\/; it says: .*FATAL/,
    );
    const running = new AbortController();
    const unexpected = perform(on, "restore", {
      ...{ node, of: "monday", fails: "anything", signal: running.signal },
    });
    const refused = refuses(unexpected, /was expected to fail, but it runs; ended by the test/);
    await on.until("role", true, { node, compare: { is: "primary" } });
    running.abort(new Error("ended by the test"));
    await refused;
    await rejects(
      perform(on, "restore", { node, of: "sunday" }),
      (error: Error) =>
        error instanceof NodeError && /backup sunday: there is none/.test(error.message),
    );
    await refuses(perform(on, "backup", { node: "all", as: "both" }), /expected one node, found/);
    await refuses(
      perform(on, "backup", { node, as: "x" }),
      /Cannot back up replica1: it is stopped/,
    );
  }));

Deno.test("restore without an archive recovers what the backup holds", () =>
  onCluster({ replicas: 1 }, async (on) => {
    const lsn = await on.write("create table item as select 1 as id");
    await on.until("replayed", true, { node: "replica1", words: { lsn } });
    await perform(on, "backup", { node: "replica1", as: "of_replica" });
    await on.write("insert into item values (2)");
    await perform(on, "restore", { node: "replica1", of: "of_replica" });
    deepEqual(await column(on, "replica1", ids), [1]);
    equal(await value(on, "select pg_is_in_recovery()", "replica1"), "false");
  }));

Deno.test("a copy taken by hand loses rows without its label and is whole with it", () =>
  onCluster({ replicas: 1, archive: true }, async (on) => {
    await on.write("create table item as select 1 as id");
    await perform(on, "checkpoint", { node: "primary" });
    const [start, stop] = await value(on, "show server_version_num") < "150000"
      ? ["pg_start_backup('hand', true, false)", "pg_stop_backup(false)"]
      : ["pg_backup_start('hand', true)", "pg_backup_stop(false)"];
    await on.sql("master", `select ${start}`);
    await perform(on, "backup", { node: "primary", as: "hand", part: "files" });
    await on.write("create table later as select 2 as id");
    await perform(on, "checkpoint", { node: "primary" });
    await perform(on, "switch_wal", { node: "primary" });
    await perform(on, "backup", { node: "primary", as: "hand", part: "control" });
    const label = await value(on, `select labelfile from ${stop}`);
    await perform(on, "switch_wal", { node: "primary" });
    const node = "replica1";
    await perform(on, "restore", { node, of: "hand", then: "crash" });
    const lost = column(on, node, "select count(*) from later");
    await rejects(lost, /does not exist|could not open/);
    await perform(on, "restore", { node, of: "hand", label });
    deepEqual(await column(on, node, "select id from later"), [2]);
  }));

Deno.test("backup_restores holds for a whole backup, and not for one that lost something", () =>
  onCluster({ replicas: 1, archive: true, checksums: true }, async (on) => {
    await on.write("create table item as select 1 as id");
    await on.write("create table old as select 1 as id");
    // Else a hint bit, set by the first look at it, would log the whole page, and replay mend it.
    await on.sql("master", "vacuum (freeze) old");
    await perform(on, "backup", { node: "primary", as: "whole" });
    await perform(on, "backup", { node: "primary", as: "broken" });
    await on.write("insert into item values (2)");
    const good = await on.look("backup_restores", { words: { of: "whole" } });
    found(good, { holds: true, seen: /whole started; backup1 has 2 tables, 3 rows in all/ });
    match(good.evidence[0]!.text, /pg_verifybackup: (there is no|.*successfully verified)/);
    equal(on.cluster.nodes.length, 2);
    // A server that has pg_verifybackup would say it before.
    await Deno.remove(join(folderOf(on, "broken"), "backup_manifest")).catch(() => {});
    const file = await value(on, "select pg_relation_filepath('old')");
    const path = join(folderOf(on, "broken"), file);
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await Deno.writeFile(path, bytes);
    found(await on.look("backup_restores", { words: { of: "broken" } }), {
      holds: false,
      final: true,
      code: "CorruptData",
      seen: /broken started; backup2 cannot read its own data/,
    });
    await Deno.remove(join(folderOf(on, "broken"), "global/pg_control"));
    found(await on.look("backup_restores", { words: { of: "broken" } }), {
      holds: false,
      final: true,
      code: "BackupDoesNotStart",
      seen: /control file|pg_control/,
    });
    found(await on.look("backup_restores", { words: { of: "none" } }), {
      holds: false,
      final: true,
      code: "BackupDoesNotStart",
      seen: /backup none: there is none/,
    });
    for await (const { name } of Deno.readDir(join(folderOf(on, "broken"), "../.."))) {
      equal(/^b(ackup)?\d/.test(name), false, `${name} was left behind`);
    }
  }));

const system = systemWith("pg_verifybackup");

Deno.test({
  name: "backup_restores compares a backup with its manifest: a restore reads but a part of it",
  ignore: system === undefined,
  fn: () =>
    onCluster({ replicas: 1, postgres: system! }, async (on) => {
      await on.write("create table item as select 1 as id");
      await on.write("create index item_id on item (id)");
      await perform(on, "backup", { node: "primary", as: "nightly" });
      const look = () => on.look("backup_restores", { words: { of: "nightly" } });
      const whole = await look();
      found(whole, { holds: true });
      match(whole.evidence[0]!.text, /^pg_verifybackup: .*successfully verified/);
      // In the free part of a page of an index that nothing reads.
      const file = await value(on, "select pg_relation_filepath('item_id')");
      const path = join(folderOf(on, "nightly"), file);
      const bytes = await Deno.readFile(path);
      bytes[bytes.length - 4096]! ^= 1;
      await Deno.writeFile(path, bytes);
      const damaged = await look();
      const seen = /nightly is not as its manifest says: .*checksum mismatch for file "base/;
      found(damaged, { holds: false, final: true, code: "BackupDamaged", seen });
      match(damaged.evidence[0]!.text, /checksum mismatch for file/);
      await Deno.remove(join(folderOf(on, "nightly"), "backup_manifest"));
      const unseen = await look();
      found(unseen, { holds: true });
      match(unseen.evidence[0]!.text, /^not verified with pg_verifybackup: it has no manifest/);
    }),
});
