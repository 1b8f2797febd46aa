/**
 * The compose target on a real engine: the stack's own file, its own entrypoint, real servers.
 *
 * @module
 */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanComposeLeftovers } from "../../lib/cluster/compose/clean.ts";
import type { ComposeNode } from "../../lib/cluster/compose/node.ts";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { type Cluster, NodeError, type Target } from "../../lib/cluster/model.ts";
import type { ClusterChange } from "../../lib/scenario/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { ask, checkout, composeTest, engine, leftovers, until } from "./compose_fixture.ts";

const plain: ClusterChange = { settings: {}, nodeSettings: {} };
const stack = await readStack("compose.yaml");

async function withTarget(
  ahead: number,
  signal: AbortSignal,
  body: (target: Target) => Promise<void>,
  of = stack,
): Promise<void> {
  const target = await openComposeTarget(of, { signal, ahead, createMs: 300_000 });
  try {
    await body(target);
  } finally {
    await target.close();
  }
  assert.deepEqual(await leftovers(await engine(signal)), [], "close() leaves nothing");
}

const streaming = `select count(*) from pg_stat_replication where state = 'streaming'`;
const identifier = "select system_identifier::text from pg_control_system()";

composeTest("create() brings up the stack: identities, roles, streaming", async (_t, signal) => {
  await withTarget(0, signal, async (target) => {
    assert.match(target.description, /^PostgreSQL \d+\.\d+ from image \S+, Docker /);
    assert.equal(target.lacks("docker"), undefined);
    assert.match(target.lacks("postgres<14") ?? "", /not <14/);
    assert.match(target.lacks("telepathy") ?? "", /"telepathy"/);
    const cluster = await target.create({ change: plain, signal });
    const { nodes, translations } = cluster;
    const names = nodes.map(({ name }) => name);
    assert.deepEqual(names, ["master", "replica1", "replica2", "replica3"]);
    for (const node of nodes) {
      assert.equal(await ask(node, "show cluster_name", signal), node.name);
      assert.equal(await node.state(), "running");
      const isReplica = await ask(node, "select pg_is_in_recovery()", signal);
      assert.equal(isReplica, node.name !== "master");
    }
    assert.equal(await ask(nodes[0]!, streaming, signal), 3);
    assert.equal(new Set(nodes.map(({ address }) => address.port)).size, 4);
    assert(translations.some((text) => /172\.18\.0\.0\/16.* is 10\.\S+ here/.test(text)));
    await cluster.remove();
  });
});

composeTest("close() waits for a cluster for which its case did not", async (_t, signal) => {
  await withTarget(1, signal, async (target) => {
    // Gone sooner than the other one, which is made meanwhile.
    const first = await target.create({ change: { ...plain, replicas: 1 }, signal });
    const stop = new AbortController();
    const second = target.create({ change: plain, signal: stop.signal });
    second.catch(() => {});
    const client = await engine(signal);
    const made = async () =>
      (await leftovers(client)).filter((text) => /^container/.test(text)).length;
    while (await made() === first.nodes.length) await sleep(20, signal);
    stop.abort(new Error("enough"));
    await assert.rejects(second, /enough/);
    await first.remove();
  });
});

composeTest("Node verbs do to a container what they say", async (t, signal) => {
  await withTarget(0, signal, async (target) => {
    const cluster = await target.create({ change: plain, signal });
    const [master, replica1, replica2] = cluster.nodes as [
      Cluster["nodes"][number],
      Cluster["nodes"][number],
      Cluster["nodes"][number],
    ];
    await ask(master, "create table kept as select 7 as n", signal);

    await t.step(
      "kill() ends the whole server, start() brings it back at its address",
      async () => {
        const mark = await replica1.markLog();
        await replica1.kill(signal);
        assert.equal(await replica1.state(), "stopped");
        assert.equal(replica1.pid, undefined);
        await assert.rejects(ask(replica1, "select 1", signal), /ECONNREFUSED|connect/i);
        await replica1.start(signal);
        await until(replica1, "select n from kept", 7, signal);
        const log = await replica1.readLog(mark);
        assert(log.some((line) => /interrupted while in recovery/.test(line)), log.join("\n"));
        assert(!log.some((line) => /entrypoint: cloned/.test(line)), "it keeps its data");
      },
    );

    await t.step("pause() freezes the server, resume() ends that", async () => {
      await replica1.pause(signal);
      assert.equal(await replica1.state(), "paused");
      const soon = AbortSignal.timeout(500);
      await assert.rejects(ask(replica1, "select 1", soon), { code: "timeout" });
      await replica1.resume(signal);
      assert.equal(await ask(replica1, "select 1", signal), 1);
    });

    await t.step("emptyData() makes the stack's entrypoint clone anew", async () => {
      await assert.rejects(replica1.emptyData(signal), /the server runs/);
      const mark = await replica1.markLog();
      await replica1.stop("immediate", signal);
      await replica1.emptyData(signal);
      await replica1.start(signal);
      await until(replica1, "select n from kept", 7, signal);
      const [log, identifiers] = await Promise.all([
        replica1.readLog(mark),
        Promise.all([master, replica1].map((node) => ask(node, identifier, signal))),
      ]);
      assert(log.some((line) => /entrypoint: cloned master/.test(line)), log.join("\n"));
      assert.equal(identifiers[0], identifiers[1]);
    });

    await t.step("cloneFrom() and configureStandby() follow a promoted replica", async () => {
      await master.kill(signal);
      await ask(replica1, "select pg_promote()", signal);
      await ask(replica1, "create table later as select 8 as n", signal);
      await replica2.stop("fast", signal);
      await replica2.configureStandby(replica1, signal);
      await replica2.start(signal);
      await until(replica2, "select n from later", 8, signal);
      await master.cloneFrom(replica1, signal);
      assert.equal(await master.state(), "stopped");
      await master.start(signal);
      await until(master, "select n from later", 8, signal);
      assert.equal(await ask(master, "select pg_is_in_recovery()", signal), true);
      // The slot stays the node's own, whatever the data that it copies used.
      await ask(replica1, "select pg_create_physical_replication_slot('own')", signal);
      for (const [node, slot] of [[replica1, "other"], [master, "own"]] as const) {
        await ask(node, `alter system set primary_slot_name = '${slot}'`, signal);
      }
      await master.stop("fast", signal);
      await master.cloneFrom(replica1, signal);
      await master.start(signal);
      await until(replica1, "select active from pg_replication_slots", true, signal);
      const names = `select string_agg(application_name, ',' order by application_name)
        from pg_stat_replication where state = 'streaming'`;
      await until(replica1, names, "master,replica2", signal);
      // A restart does not undo it, whatever the environment says.
      await replica2.stop("fast", signal);
      await replica2.start(signal);
      await until(replica1, names, "master,replica2", signal);
    });

    await t.step("start() says what the server said when it exits", async () => {
      await ask(replica2, "alter system set shared_preload_libraries = 'absent'", signal);
      await replica2.stop("smart", signal);
      await assert.rejects(replica2.start(signal), (error: unknown) => {
        assert(error instanceof NodeError);
        assert.equal(error.node, "replica2");
        assert.match(error.log.join("\n"), /could not access file "absent"/);
        return true;
      });
    });
    await cluster.remove();
  });
});

composeTest(
  "a node is reached where the others are, whatever other networks it has",
  async (_t, signal) => {
    const directory = await checkout();
    try {
      const file = join(directory, "compose.yaml");
      const text = (await Deno.readTextFile(file))
        .replace(
          "  replica1:\n    <<: *node\n",
          "  replica1:\n    <<: *node\n    networks: [another, pg_network]\n",
        )
        .replace("\nnetworks:\n", "\nnetworks:\n  another:\n");
      await Deno.writeTextFile(file, text);
      // What comes by a published port comes through the first of the networks.
      const hba = join(directory, "fixtures/postgres/pg_hba.conf");
      await Deno.writeTextFile(hba, "\nhost all all all trust\n", { append: true });
      await withTarget(0, signal, async (target) => {
        const cluster = await target.create({ change: { ...plain, replicas: 1 }, signal });
        const [master, replica1] = cluster.nodes as [ComposeNode, ComposeNode];
        const { networks: found } = await replica1.inspect(signal);
        const networks = found.map(({ declared }) => declared);
        assert.deepEqual(networks.toSorted(), ["another", "pg_network"]);
        assert.match(replica1.network, /_pg_network$/);
        // The copy is made in a container beside the server, in the same network.
        await replica1.stop("immediate", signal);
        await replica1.cloneFrom(master, signal);
        await replica1.start(signal);
        await until(master, streaming, 1, signal);
        await cluster.remove();
      }, await readStack(file));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);

composeTest("create() applies what the scenario changes", async (_t, signal) => {
  await withTarget(0, signal, async (target) => {
    const change = {
      settings: { work_mem: "5MB" },
      nodeSettings: { replica1: { work_mem: "6MB", cluster_name: "renamed" } },
      replicas: 1,
      archive: true,
      checksums: true,
    };
    const cluster = await target.create({ change, signal });
    const [master, replica1, ...others] = cluster.nodes;
    assert.deepEqual(others, []);
    assert.equal(await ask(master!, "show work_mem", signal), "5MB");
    assert.equal(await ask(replica1!, "show work_mem", signal), "6MB");
    assert.equal(await ask(replica1!, "show cluster_name", signal), "renamed");
    assert.equal(await ask(replica1!, "show data_checksums", signal), "on");
    await ask(master!, "select pg_switch_wal()", signal);
    await until(master!, "select last_archived_wal ~ '^0' from pg_stat_archiver", true, signal);
    const list = ["sh", "-c", `ls ${cluster.archive}`];
    assert.match((await replica1!.exec!(list, signal)).output, /^0000000100000000000000/);
    // A changed setting is one of the file, so that ALTER SYSTEM is stronger.
    await ask(master!, "alter system set work_mem = '7MB'", signal);
    await ask(master!, "select pg_reload_conf()", signal);
    await until(master!, "show work_mem", "7MB", signal);
    await cluster.remove();
  });
});

composeTest("rewindTo() takes an old primary back to where it parted", async (_t, signal) => {
  await withTarget(0, signal, async (target) => {
    const change = { ...plain, replicas: 1, checksums: true };
    const cluster = await target.create({ change, signal });
    const { nodes } = cluster;
    const [master, replica1] = nodes as [ComposeNode, ComposeNode];
    await ask(master, "create table story as select 'both' as told_by", signal);
    await until(replica1, "select count(*) from story", 1, signal);
    await ask(replica1, "select pg_promote()", signal);
    await ask(master, "insert into story values ('the old one')", signal);
    await ask(replica1, "insert into story values ('the new one')", signal);
    await ask(replica1, "checkpoint", signal);
    await assert.rejects(master.rewindTo(replica1, signal), /the server runs/);
    await master.stop("fast", signal);
    const said = await master.rewindTo(replica1, signal);
    assert(said.some((line) => /servers diverged at WAL location/.test(line)), said.join("\n"));
    await master.start(signal);
    const told = "select string_agg(told_by, ', ' order by told_by) from story";
    await until(master, told, "both, the new one", signal);
    assert.equal(await ask(master, "select pg_is_in_recovery()", signal), true);
    await until(replica1, streaming, 1, signal);
    await cluster.remove();
  });
});

composeTest("create() leaves nothing behind when a node cannot start", async (_t, signal) => {
  await withTarget(0, signal, async (target) => {
    const change = { ...plain, nodeSettings: { replica1: { wal_level: "nonsense" } }, replicas: 1 };
    await assert.rejects(target.create({ change, signal }), (error: unknown) => {
      assert(error instanceof NodeError);
      assert.equal(error.node, "replica1");
      assert.match(error.log.join("\n"), /invalid value for parameter "wal_level": "nonsense"/);
      return true;
    });
    assert.deepEqual(await leftovers(await engine(signal)), []);
  });
});

composeTest(
  "cleanComposeLeftovers() removes what a killed run left, and only then",
  async (_t, signal) => {
    const client = await engine(signal);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "tests/cluster/compose_orphan.ts"],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const stop = () => child.kill("SIGKILL");
    signal.addEventListener("abort", stop);
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    assert.equal(new TextDecoder().decode(value), "up\n");
    const made = await leftovers(client, child.pid);
    assert(made.length >= 5, made.join(", "));
    await cleanComposeLeftovers();
    assert.deepEqual(await leftovers(client, child.pid), made, "its owner lives");
    stop();
    await child.status;
    signal.removeEventListener("abort", stop);
    await reader.cancel();
    const removed = await cleanComposeLeftovers();
    assert.deepEqual(await leftovers(client, child.pid), []);
    for (const kind of ["container", "network", "volume", "directory"]) {
      assert(removed.some((text) => text.startsWith(`${kind} `)), `${kind} in ${removed}`);
    }
    for await (const { name } of Deno.readDir(tmpdir())) {
      assert(!removed.includes(`directory ${tmpdir()}/${name}`), name);
    }
  },
);
