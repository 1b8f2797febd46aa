/**
 * `port`, `volume` and `network` where the engine or the servers say something else than the stack's
 * file, which no file can bring about; and commands in a node, with which this is done.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import type { ComposeNode } from "../../lib/cluster/compose/node.ts";
import { type Node, NodeError } from "../../lib/cluster/model.ts";
import type { Look } from "../../lib/fact/kind.ts";
import { facts } from "../../lib/fact/registry.ts";
import type { Stage } from "../../lib/run/stage.ts";
import type { Comparison } from "../../lib/scenario/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { composeTest, engine } from "./compose_fixture.ts";
import { stageOn } from "./fact_fixture.ts";

composeTest(
  "Facts about containers believe neither the file nor the engine alone",
  async (t, signal) => {
    await using open = new AsyncDisposableStack();
    const stack = await readStack("compose.yaml");
    const target = await openComposeTarget(stack, { signal, ahead: 0 });
    open.defer(() => target.close());
    const change = { settings: {}, nodeSettings: {}, replicas: 2 };
    const cluster = await target.create({ change, signal });
    open.defer(() => cluster.remove());
    const stage = open.use(await stageOn(cluster, stack, signal));
    const [master, replica1, replica2] = cluster.nodes as [ComposeNode, ComposeNode, ComposeNode];
    const look = (
      fact: string,
      nodes: Node[],
      compare: Comparison = {},
      words: Record<string, unknown> = {},
    ): Promise<Look> => facts.get(fact)!.look(stage, { nodes, compare, words, signal });
    const all = [...cluster.nodes];

    await t.step("they hold on the stack as it is", async () => {
      for (const fact of ["port", "volume", "network"]) {
        const { holds, seen } = await look(fact, all);
        assert.equal(holds, true, seen);
      }
      const { holds, seen } = await look("network", all, {}, { isolated: true });
      assert.equal(holds, true, seen);
    });

    await t.step("port: the engine leads to another server", async () => {
      const crossed = {
        name: "replica1",
        declared: replica1.declared,
        inspect: async (limit: AbortSignal) => {
          const [own, other] = await Promise.all([
            replica1.inspect(limit),
            replica2.inspect(limit),
          ]);
          const declared = replica1.declared.ports[0]!;
          return { ...own, ports: other.ports.map((port) => ({ ...port, declared })) };
        },
      } as unknown as Node;
      const { holds, seen } = await look("port", [crossed]);
      assert.equal(holds, false);
      assert.match(
        seen,
        /^replica1 5533:5432 \(here \S+\) leads to replica2, the server "replica2" at/,
      );
    });

    await t.step("port: the engine publishes more", async () => {
      const open = {
        name: "master",
        declared: master.declared,
        inspect: async (limit: AbortSignal) => {
          const own = await master.inspect(limit);
          const more = { address: { host: "0.0.0.0", port: 8080 }, containerPort: 80 };
          return { ...own, ports: [...own.ports, more] };
        },
      } as unknown as Node;
      assert.match((await look("port", [open])).seen, /also publishes 0\.0\.0\.0:8080 to 80/);
    });

    await t.step("network: a stranger is in it", async () => {
      const client = await engine(signal);
      const name = `stranger-${crypto.randomUUID().slice(0, 8)}`;
      const stranger = await client.createContainer({
        name,
        Image: master.image,
        Entrypoint: ["sleep", "60"],
        Healthcheck: { Test: ["NONE"] },
        HostConfig: { NetworkMode: master.network },
      });
      try {
        await stranger.start();
        const { holds, seen } = await look("network", [master]);
        assert.equal(holds, false);
        assert.equal(seen, `master ${name} is in pg_network as well`);
      } finally {
        await stranger.remove({ force: true, v: true });
      }
    });

    await t.step("network: the engine attaches it to another one", async () => {
      const client = await engine(signal);
      const bridge = client.getNetwork("bridge");
      await bridge.connect({ Container: replica2.containerId });
      try {
        assert.match((await look("network", [replica2])).seen, /also attaches it to bridge/);
      } finally {
        await bridge.disconnect({ Container: replica2.containerId, Force: true });
      }
      assert.equal((await look("network", [replica2])).holds, true);
    });

    await t.step("exec() runs as the server's account and says how it ended", async () => {
      const ran = await master.exec(
        ["sh", "-c", 'id -un; echo "$PGDATA" "$PGUSER"; echo no >&2; exit 3'],
        signal,
      );
      const output = "postgres\n/var/lib/postgresql/pgdata myuser\n";
      assert.deepEqual(ran, { status: 3, output, errors: "no\n" });
      const name = await master.exec(["psql", "-XAtc", "show cluster_name"], signal);
      assert.deepEqual(name, { status: 0, output: "master\n", errors: "" });
      await assert.rejects(master.exec(["no-such-program"], signal), (error: unknown) => {
        assert(error instanceof NodeError);
        assert.match(error.message, /no-such-program on master: there is no such program/);
        return true;
      });
      const soon = AbortSignal.timeout(1500);
      await assert.rejects(master.exec(["sleep", "54321"], soon), { name: "TimeoutError" });
      for (let left = "?"; left !== "";) {
        left =
          (await master.exec(["sh", "-c", "grep -l 5432[1] /proc/*/cmdline || :"], signal)).output;
      }
    });

    await t.step("volume: the WAL really lies elsewhere", async () => {
      const script = 'cp -a "$PGDATA/pg_wal" /var/tmp/wal && rm -rf "$PGDATA/pg_wal" && ' +
        'ln -s /var/tmp/wal "$PGDATA/pg_wal"';
      assert.equal((await replica2.exec(["sh", "-c", script], signal)).status, 0);
      const { holds, seen } = await look("volume", [replica2]);
      assert.equal(holds, false);
      assert.match(seen, /^replica2 \/var\/lib\/postgresql\/pgdata\/pg_wal really lies on \/$/);
    });
  },
);

Deno.test("Facts about containers say that there is none on this machine", async () => {
  const node = { name: "master" } as Node;
  const scene = { cluster: { nodes: [node] } } as unknown as Stage;
  for (const name of ["port", "volume", "network"]) {
    const question = { nodes: [node], compare: {}, words: {}, signal: AbortSignal.timeout(1000) };
    const { holds, final, code } = await facts.get(name)!.look(scene, question);
    assert.deepEqual({ holds, final, code }, { holds: undefined, final: true, code: "NoEngine" });
  }
});
