/**
 * The preconditions of every case on real servers: none is broken on a healthy cluster, and each is
 * seen when its cause is there.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import { LocalNode } from "../../lib/cluster/local/node.ts";
import type { Cluster, Node } from "../../lib/cluster/model.ts";
import { Observer } from "../../lib/cluster/observer.ts";
import { operations } from "../../lib/operation/registry.ts";
import { checkPreconditions } from "../../lib/precondition/check.ts";
import type { Scene } from "../../lib/run/scene.ts";
import { watchScene } from "../../lib/run/watch_scene.ts";
import type { ClusterChange } from "../../lib/scenario/model.ts";
import { until } from "../../lib/link/look.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";
import { ended, passed, play, stepOf } from "./language_fixture.ts";
import { fromFile, seedStack } from "./stack_fixture.ts";

const nothing: ClusterChange = { settings: {}, nodeSettings: {} };

/** What does not hold: by precondition, what is said of it. */
async function brokenOn(
  { stage, signal }: Subject,
  options: { change?: Partial<ClusterChange>; scene?: Partial<Scene> } = {},
): Promise<Record<string, string>> {
  const scene = options.scene ? { ...watchScene(stage), ...options.scene } : stage;
  const change = { ...nothing, ...options.change };
  const found = await checkPreconditions(scene, { change, timeScale: 1, signal });
  return Object.fromEntries(
    found.map(({ precondition, broken }) => [
      precondition.name,
      broken.map(({ node, seen }) => `${node} ${seen}`).join("; "),
    ]),
  );
}

/** Asserts which preconditions are broken, and what is said. */
function deepMatch(found: Record<string, string>, wanted: Record<string, RegExp>): void {
  deepEqual(Object.keys(found), Object.keys(wanted), JSON.stringify(found, undefined, 1));
  for (const [name, pattern] of Object.entries(wanted)) match(found[name]!, pattern);
}

/** A node whose endpoint leads to another server. */
function astray(node: Node, to: Node): Node {
  return new Proxy(node, {
    get(target, name) {
      if (name === "address") return to.address;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function withNodes(cluster: Cluster, nodes: Node[]): Partial<Scene> {
  return { cluster: { ...cluster, nodes } as Cluster };
}

Deno.test("a healthy cluster breaks no precondition, each fault of a running one breaks its own", async () => {
  const settings = { max_prepared_transactions: "5" };
  await onCluster({ settings }, async (subject) => {
    const { stage, cluster, signal } = subject;
    const sql = async (node: string, ...statements: string[]) => {
      for (const text of statements) await subject.sql(node, text);
    };
    const reload = "select pg_reload_conf()";
    deepEqual(await brokenOn(subject), {});

    // Another name of the same time zone.
    await sql("replica1", "alter system set timezone = 'Etc/UTC'", reload);
    deepEqual(await brokenOn(subject), {});
    await sql("replica1", "alter system set timezone = 'Asia/Tokyo'", reload);
    await until("the time zone to change", signal, async () => {
      const { rows } = await subject.sql("replica1", "show timezone");
      return rows[0]![0] === "Asia/Tokyo" ? { done: undefined } : { seen: String(rows[0]![0]) };
    });
    deepMatch(await brokenOn(subject), { answers: /^replica1 .* in time "2024-01-31 21.*Tokyo/ });
    const tokyo = { nodeSettings: { replica1: { TimeZone: "Asia/Tokyo" } } };
    deepEqual(await brokenOn(subject, { change: tokyo }), {});
    await sql("replica1", "alter system reset timezone", reload);

    await sql("replica2", "alter system set max_files_per_process = 500", reload);
    await until("the server to wait for a restart", signal, async () => {
      const text = "select name from pg_settings where pending_restart";
      const { rows } = await subject.sql("replica2", text);
      return rows.length > 0 ? { done: undefined } : { seen: "nothing" };
    });
    await sql("replica2", "select pg_wal_replay_pause()");
    await sql("master", "create table t (id int)");
    await sql("master", "begin; insert into t values (1); prepare transaction 'left over'");
    await sql("master", "select pg_create_physical_replication_slot('orphan', true)");
    await sql("master", "select pg_create_physical_replication_slot('unused')");
    deepMatch(await brokenOn(subject), {
      pending_restart: /^replica2 waits for a restart with max_files_per_process$/,
      replay: /^replica2 says of its replay: paused$/,
      slots: /^master has the physical slot orphan, .* holds back .* \(reserved\)$/,
      prepared_transactions: /^master has transaction 'left over' of myuser in mydb, prepared at /,
    });
    await sql("master", "rollback prepared 'left over'");
    await sql("master", "select pg_drop_replication_slot('orphan')");
    await sql("replica2", "select pg_wal_replay_resume()");
    await sql("replica2", "alter system reset max_files_per_process", reload);

    const [master, replica1, replica2] = cluster.nodes as [Node, Node, Node];
    await using observer = new Observer();
    const scene = {
      ...withNodes(cluster, [master, replica1, astray(replica2, replica1)]),
      observer,
    };
    deepMatch(await brokenOn(subject, { scene }), {
      identity: /^replica2 answers as the same server as replica1$/,
    });

    const follow = operations.get("follow")!;
    await follow.perform(stage, [replica2], { of: "replica1" }, signal);
    const cascade = { upstream: { replica2: "replica1" } };
    deepEqual(await brokenOn(subject, { change: cascade }), {});
    deepMatch(await brokenOn(subject), {
      upstreams: /^replica2 receives from replica1, should receive from master$/,
    });
    await follow.perform(stage, [replica2], { of: "master" }, signal);

    // A server that cannot update its control file panics.
    const control = join((master as LocalNode).data, "global", "pg_control");
    await Deno.rename(control, `${control}.away`);
    await subject.sql("master", "checkpoint").catch(() => {});
    await Deno.rename(`${control}.away`, control);
    await until("the master to be up again", signal, async () => {
      if (await master.state() === "stopped") await master.start(signal);
      const { holds, seen } = await subject.look("streaming", { node: "replicas" });
      return holds ? { done: undefined } : { seen };
    });
    deepMatch(await brokenOn(subject), { panics: /^master logged ".*PANIC: .*pg_control/ });
  });
});

Deno.test("what nodes are configured with apart from each other is seen when nobody arranged it", async () => {
  const nodeSettings = {
    replica1: { full_page_writes: "off", recovery_target_timeline: "current" },
    replica2: { hot_standby: "off" },
  };
  await onCluster({ nodeSettings }, async (subject) => {
    const { signal } = subject;
    await subject.sql("master", "alter system set max_locks_per_transaction = 128");
    const master = subject.node("master");
    await master.stop("fast", signal);
    await master.start(signal);
    await until("the replay to pause", signal, async () => {
      const { rows } = await subject.sql("replica1", "select pg_get_wal_replay_pause_state()");
      return rows[0]![0] === "paused" ? { done: undefined } : { seen: String(rows[0]![0]) };
    });
    deepMatch(await brokenOn(subject), {
      roles: /^replica2 lets nobody in: 57P03 .*[Hh]ot standby mode is disabled/,
      floors: /^replica1 has max_locks_per_transaction 64, master has 128$/,
      recovery_targets: /^replica1 has recovery_target_timeline current$/,
      settings: /^replica1 has full_page_writes off, master has on$/,
      replay: /^replica1 says of its replay: paused$/,
    });
    const arranged = { ...nodeSettings, master: { max_locks_per_transaction: "128" } };
    deepEqual(await brokenOn(subject, { change: { nodeSettings: arranged } }), {});
  });
});

Deno.test("a node whose endpoint leads into another cluster is seen; one that is frozen is an error", async () => {
  await onCluster(
    { replicas: 1 },
    (subject) =>
      onCluster({ replicas: 0, checksums: false }, async (other) => {
        const [master, replica1] = subject.cluster.nodes as [Node, Node];
        await using observer = new Observer();
        const scene = {
          ...withNodes(subject.cluster, [master, astray(replica1, other.node("master"))]),
          observer,
        };
        const { system_identifier, roles, ...rest } = await brokenOn(subject, { scene });
        match(system_identifier!, /^replica1 has system identifier \d+, master has \d+$/);
        match(roles!, /^replica1 is a primary, declared as replica$/);
        deepEqual(Object.keys(rest).filter((name) => name !== "settings"), []);
        await replica1.pause(subject.signal);
        const { stage, signal } = subject;
        const options = { change: nothing, timeScale: 0.05, signal };
        const error = await checkPreconditions(stage, options).catch((error) => error);
        await replica1.resume(signal);
        equal(error.problem?.code, "PreconditionUnseen", String(error));
        match(error.problem.seen, /^replica1 could not be looked at: timeout/);
        equal(error.verdict, "error");
      }),
  );
});

Deno.test("a case on a stack with a broken precondition fails before it begins", async () => {
  const stack = seedStack(1);
  const replica = stack.nodes[1]!;
  replica.settings = [...fromFile({ DateStyle: "German" }), ...replica.settings];
  const scenario = `
setup: [{ name: fills, sql: create table t (id int) }]
steps: [{ name: reads, query: select 1, is: 1 }]
`;
  const results = await play({ broken: scenario }, { stack });
  const result = results.get("broken");
  ended(result, {
    verdict: "failed",
    step: "precondition answers",
    code: "PreconditionBroken",
    seen: /^replica1 has for points in time "31\.01\.2024.*\(datestyle German/,
  });
  deepEqual(result?.steps.map(({ title, verdict }) => `${verdict} ${title}`), [
    "failed precondition answers",
    "skipped fills",
    "skipped reads",
  ]);
  match(stepOf(result, "precondition answers").problem!.notes[0]!, /^likely cause: .*DateStyle/);
  passed((await play({ sound: scenario })).get("sound"));
});
