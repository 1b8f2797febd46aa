/**
 * What goes wrong around the compose target: interrupts, kills, an engine that stops, is not there or
 * has no image, a port that is taken, a full disk. Each is said clearly, ends with the right exit code,
 * and leaves nothing behind.
 *
 * @module
 */
import assert from "node:assert/strict";
import { connectEngine } from "../../lib/cluster/compose/engine.ts";
import { createCluster } from "../../lib/cluster/compose/cluster.ts";
import { thisOwner } from "../../lib/cluster/compose/owner.ts";
import type { Result } from "../../lib/result/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { pressCtrlC } from "../program.ts";
import { composeTest, engine, engineSocket, leftovers } from "./compose_fixture.ts";
import { Program } from "./compose_program.ts";
import { Relay } from "./engine_relay.ts";

const long = "tests/cluster/runs/long.yaml";
const quick = "scenarios/replication/write-visible.yaml";

composeTest(
  "Ctrl-C undoes everything, in a case and while its cluster comes up",
  async (t, signal) => {
    const client = await engine(signal);
    for (const moment of ["while it comes up", "in a step"]) {
      await t.step(moment, async () => {
        await using program = await Program.verify({ paths: [long] });
        if (moment === "in a step") await program.reached("step-started", signal);
        else await program.busy(signal);
        pressCtrlC(program.child);
        const { code, err } = await program.end();
        assert.equal(code, 130, err);
        assert.deepEqual(await leftovers(client, program.child.pid), []);
      });
    }
  },
);

composeTest("Ctrl-C undoes a starved node and a full disk", async (_t, signal) => {
  await using program = await Program.verify({ paths: ["tests/cluster/runs/starved.yaml"] });
  await program.reached("fault", signal, 2);
  program.child.kill("SIGINT");
  const { code, err } = await program.end();
  assert.equal(code, 130, err);
  assert.deepEqual(await leftovers(await engine(signal), program.child.pid), []);
  const result = JSON.parse(
    await Deno.readTextFile(`${program.out}/reports/result.json`),
  ) as Result;
  const healed = result.cases[0]!.timeline.filter(({ kind }) => kind === "fault-healed");
  assert.equal(healed.length, 2, JSON.stringify(result.cases[0]!.timeline));
});

composeTest("clean removes what a run left that was killed", async (t, signal) => {
  const client = await engine(signal);
  for (const moment of ["while it comes up", "in a step"]) {
    await t.step(moment, async () => {
      await using program = await Program.verify({ paths: [long] });
      if (moment === "in a step") await program.reached("step-started", signal);
      else await program.busy(signal);
      program.child.kill("SIGKILL");
      await program.end();
      assert.notDeepEqual(await leftovers(client, program.child.pid), []);
      // Also what `docker compose up`, which goes on without it, makes from now on.
      await Program.clean();
      assert.deepEqual(await leftovers(client, program.child.pid), []);
    });
  }
});

composeTest(
  "An engine that stops in the middle is named; clean does the rest",
  async (_t, signal) => {
    const client = await engine(signal);
    await using relay = await Relay.start(await engineSocket(signal));
    const env = { DOCKER_HOST: `unix://${relay.path}` };
    await using program = await Program.verify({ paths: [long], env });
    await program.reached("step-started", signal);
    relay.cut();
    const { code, out, err } = await program.end();
    assert.equal(code, 3, out + err);
    assert.match(out, /The Docker engine does not answer any more/);
    assert.doesNotMatch(out, /Internal|ext:deno_node/);
    assert.match(err, /start it again, then remove what is left: deno run -A main\.ts clean/);
    await Program.clean();
    assert.deepEqual(await leftovers(client, program.child.pid), []);
  },
);

composeTest("An image that cannot be had is said, with what to do", async () => {
  await using program = await Program.verify({
    paths: [quick],
    options: ["--postgres", "no-such-tag"],
  });
  const { code, err } = await program.end();
  assert.equal(code, 3, err);
  assert.match(err, /^error: Cannot have the image postgres:no-such-tag: /);
  assert.match(err, /\n {2}name a tag of the official image with --postgres/);
});

composeTest("A port that somebody takes at the last moment is replaced", async (_t, signal) => {
  const stack = await readStack("compose.yaml");
  const taken: Deno.Listener[] = [];
  /** Listens on the first port that is chosen, before it can be used. */
  class Race extends Set<number> {
    override add(port: number): this {
      if (taken.length === 0) taken.push(Deno.listen({ hostname: "127.0.0.1", port }));
      return super.add(port);
    }
  }
  const workshop = {
    engine: await connectEngine(signal),
    stack,
    image: undefined,
    owner: await thisOwner(),
    version: 180_000,
    given: { subnets: new Set<never>(), ports: new Race() },
  };
  const change = { settings: {}, nodeSettings: {}, replicas: 1 };
  try {
    const cluster = await createCluster(workshop, change, signal);
    const { port } = taken[0]!.addr as Deno.NetAddr;
    assert(cluster.nodes.every(({ address }) => address.port !== port));
    await cluster.remove();
  } finally {
    taken[0]?.close();
  }
  assert.deepEqual(await leftovers(await engine(signal)), []);
});

composeTest("A full disk is said, and nothing is left", async (_t, signal) => {
  const folder = await Deno.makeTempDir();
  const run = (program: string, ...args: string[]) =>
    new Deno.Command(program, { args, stderr: "inherit" }).output();
  assert((await run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder)).success);
  try {
    await using program = await Program.verify({ paths: [quick], env: { TMPDIR: folder } });
    const { code, out, err } = await program.end();
    assert.equal(code, 3, out + err);
    assert.match(out + err, /Cannot write the cluster's files in .*no space left on device/i);
    assert.deepEqual(await leftovers(await engine(signal), program.child.pid), []);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), []);
  } finally {
    await run("umount", folder);
    await Deno.remove(folder);
  }
});

const nowhere = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

Deno.test("Without Docker, auto says so in its first line and runs on this machine", async () => {
  await using program = await Program.verify({ target: "auto", paths: [quick], env: nowhere });
  const { code, out, err } = await program.end();
  assert.equal(code, 0, out + err);
  assert.match(
    out,
    /^pgproof \S+ on local: .* \(no Docker: No Docker engine answers at \/nonexistent\/docker\.sock: there is no such socket\)\n/,
  );
});

Deno.test("Without Docker, compose says what to do and exits 3", async (t) => {
  const cases = [
    { how: "no engine", env: nowhere, said: /No Docker engine answers[^]*\n {2}start Docker, or/ },
    {
      how: "no command",
      env: { PATH: "/nonexistent", DOCKER_HOST: "" },
      said: /no such command\n {2}install Docker/,
    },
    {
      how: "nobody there",
      env: { DOCKER_HOST: "tcp://127.0.0.1:1" },
      said: /No Docker engine answers at tcp:\/\/127\.0\.0\.1:1: nobody listens\n {2}see what/,
    },
    {
      how: "no such context",
      env: { DOCKER_CONTEXT: "nowhere", DOCKER_HOST: "" },
      said: /context "nowhere"/,
    },
  ];
  for (const { how, env, said } of cases) {
    await t.step(how, async () => {
      await using program = await Program.verify({ paths: [quick], env });
      const { code, err } = await program.end();
      assert.equal(code, 3, err);
      assert.match(err, said);
    });
  }
});
