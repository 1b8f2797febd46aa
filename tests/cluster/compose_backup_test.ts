/**
 * Backups in containers: taken, restored, tried on a server of their own, and seen when they are none.
 *
 * @module
 */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { backupsVolume } from "../../lib/cluster/compose/backups.ts";
import { runHelper } from "../../lib/cluster/compose/helper.ts";
import type { ComposeNode } from "../../lib/cluster/compose/node.ts";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { readStack } from "../../lib/stack/read.ts";
import { ask, composeTest, engine, leftovers } from "./compose_fixture.ts";
import { found, stageOn, Subject } from "./fact_fixture.ts";
import { perform } from "./operation_fixture.ts";

composeTest("A backup in Docker restores, and a damaged one is seen", async (t, signal) => {
  const stack = await readStack("compose.yaml");
  await using open = new AsyncDisposableStack();
  const target = await openComposeTarget(stack, { signal, ahead: 0 });
  open.defer(() => target.close());
  equal(target.lacks("backups"), undefined);
  const change = {
    ...{ settings: {}, nodeSettings: {}, replicas: 1 },
    ...{ archive: true, checksums: true },
  };
  const cluster = await target.create({ change, signal });
  open.defer(() => cluster.remove());
  const stage = open.use(await stageOn(cluster, stack, signal));
  const on = new Subject(stage, signal);
  const replica = on.node("replica1") as ComposeNode;
  const [client, { image, labels }] = [await engine(signal), replica.common];
  const ids = "select string_agg(id::text, ',' order by id) from item";
  /** Does something to the kept backups. */
  const inBackups = (script: string) =>
    runHelper(client, { image, script, labels, volumes: [backupsVolume(labels)] }, signal);
  const { target: folder } = backupsVolume(labels);

  await t.step("backup_restores holds for a whole one", async () => {
    await on.write("create table item as select 1 as id");
    const [taken] = await perform(on, "backup", { node: "primary", as: "whole" });
    match(taken!.text, /backup whole of master: recovery begins at 0\/\w+ in 0000/);
    await on.write("insert into item values (2)");
    const look = await on.look("backup_restores", { words: { of: "whole" } });
    found(look, { holds: true, seen: /whole started; backup1 has 1 tables?, 2 rows in all/ });
    match(look.evidence[0]!.text, /^pg_verifybackup: .*successfully verified/);
    equal((await leftovers(client)).some((name) => name.endsWith("-backup1")), false);
  });

  await t.step("one that is not as its manifest says is none", async () => {
    await inBackups(`cd ${folder} && cp -a whole other && printf x >>other/PG_VERSION`);
    const look = await on.look("backup_restores", { words: { of: "other" } });
    found(look, {
      ...{ holds: false, final: true, code: "BackupDamaged" },
      seen: /other is not as its manifest says: .*"PG_VERSION" has size/,
    });
    match(look.evidence[0]!.text, /^pg_verifybackup: /);
  });

  await t.step("what is none is seen", async () => {
    await inBackups(`cd ${folder} && cp -a whole damaged && cd damaged &&
      rm global/pg_control backup_manifest`);
    found(await on.look("backup_restores", { words: { of: "damaged" } }), {
      ...{ holds: false, final: true, code: "BackupDoesNotStart" },
      seen: /control file|pg_control/,
    });
    found(await on.look("backup_restores", { words: { of: "sunday" } }), {
      ...{ holds: false, final: true, code: "BackupDoesNotStart" },
      seen: /backup sunday: there is none/,
    });
    await rejects(
      perform(on, "restore", { node: "replica1", of: "sunday" }),
      /Cannot restore replica1: backup sunday: there is none/,
    );
    equal((await leftovers(client)).some((name) => /-backup\d$/.test(name)), false);
  });

  await t.step("restore goes back to a point, and on to the archive's end", async () => {
    const lsn = await on.write("insert into item values (3)");
    await on.write("insert into item values (4)");
    await perform(on, "switch_wal", { node: "primary" });
    found(await on.until("archived", true), { holds: true, seen: /as master has it, SHA-256/ });
    const node = "replica1";
    await perform(on, "restore", { node, of: "whole", to_lsn: lsn, then: "pause" });
    equal(await ask(replica, ids, signal), "1,2,3");
    const [all] = await perform(on, "restore", { node, of: "whole" });
    match(all!.text, /replica1 was restored from whole: primary on timeline 2/);
    equal(await ask(replica, ids, signal), "1,2,3,4");
  });

  await t.step("a copy taken by hand has what pg_basebackup has", async () => {
    const isOld = Number(await ask(on.node("master"), "show server_version_num", signal)) < 150_000;
    const [start, stop] = isOld
      ? ["pg_start_backup('hand', true, false)", "pg_stop_backup(false)"]
      : ["pg_backup_start('hand', true)", "pg_backup_stop(false)"];
    await on.sql("master", `select ${start}`);
    const hand = { node: "master", as: "hand" };
    await perform(on, "backup", { ...hand, part: "files" });
    await perform(on, "backup", { ...hand, part: "control" });
    const label = (await on.sql("master", `select labelfile from ${stop}`)).rows[0]![0];
    await perform(on, "switch_wal", { node: "master" });
    const list = (name: string) =>
      inBackups(`cd ${folder}/${name} && find . -path './pg_wal/*' -prune -o -print | sort`);
    const [byHand, whole] = [await list("hand"), await list("whole")];
    const only = ["./backup_label", "./backup_manifest"];
    deepEqual(byHand, whole.filter((path) => !only.includes(path)));
    await perform(on, "restore", { node: "replica1", of: "hand", label, timeline: "current" });
    equal(await ask(replica, ids, signal), "1,2,3,4");
  });

  await t.step("nothing of it outlives the cluster", async () => {
    await cluster.remove();
    await target.close();
    deepEqual(await leftovers(client), []);
  });
});
