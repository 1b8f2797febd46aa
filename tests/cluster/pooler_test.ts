/**
 * The pooler in front of real servers: what a client behind it is told when its server or the pooler
 * is away, and that nothing of it is left. That clients survive is a shipped scenario.
 *
 * @module
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { cleanLeftovers } from "../../lib/cluster/local/clean.ts";
import { findProcess } from "../../lib/cluster/local/processes.ts";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { openLocalTarget } from "../../lib/cluster/local/target.ts";
import { NodeError } from "../../lib/cluster/model.ts";
import { PoolerProcess } from "../../lib/pooler/process.ts";
import { lacksPooler } from "../../lib/pooler/program.ts";
import { Session, SqlError } from "../../lib/sql/session.ts";
import type { StackPooler } from "../../lib/stack/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { command } from "../command.ts";
import { composeTest, engine, leftovers } from "./compose_fixture.ts";
import { ended, play, stepOf } from "./language_fixture.ts";
import { seedStack } from "./stack_fixture.ts";

const lacking = lacksPooler();
const isRequired = /\bpooler\b/.test(Deno.env.get("PGPROOF_REQUIRE") ?? "");
const limit = () => AbortSignal.timeout(60_000);
const shipped = "scenarios/reads/pooled-clients-survive.yaml";

/** Registers a test that needs PgBouncer; where one is required its absence fails it. */
function poolerTest(name: string, body: () => Promise<void>): void {
  const ignore = lacking !== undefined && !isRequired;
  Deno.test({ name: ignore ? `${name} (ignored: ${lacking})` : name, ignore, fn: body });
}

/** What a stack could say of its pooler. */
function withSetting(name: string, value: string): StackPooler {
  const source = { file: "pgbouncer.ini", line: 1 };
  return {
    name: "pooler",
    image: "",
    mounts: [],
    settings: [{ name, value, source }],
    databases: {},
  };
}

/** How one ends that is told nonsense. */
function refusal(error: unknown): boolean {
  ok(error instanceof NodeError);
  match(error.message, /^Cannot start a pooler: it exited, saying: /);
  match(error.log.join("\n"), /nonsense/);
  return true;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("a client behind a pooler is told when its server is away or says no", async () => {
  const pooled = "query: select pg_is_in_recovery(), session: pooled, node: replica1, is: true";
  const results = await play({
    away: `steps:
  - { ${pooled}, through: pooler }
  - fault: stop
    node: replica1
    while:
      - { name: asks, ${pooled}, within: 1s }
`,
    never: `steps:
  - fault: stop
    node: replica1
    while:
      - { name: connects, ${pooled}, through: pooler, within: 1s }
`,
    refused: `steps:
  - { name: refused, sql: create table t (), node: replica1, through: pooler, error: '25006' }
  - { name: read, query: select 7, node: all, through: pooler, is: 7 }
  - { name: wrong, query: select 7, node: replica1, through: pooler, is: 8 }
`,
  }, { replicas: 1 });
  if (lacking !== undefined) {
    for (const [, { verdict, reason }] of results) {
      equal(verdict, "not-run");
      match(reason!, /there is no pgbouncer on this machine/);
    }
    ok(!isRequired, lacking);
    return;
  }
  const timeout = { verdict: "failed", code: "Unreachable", seen: /timeout: no answer/ };
  ended(results.get("away"), { ...timeout, step: "asks" });
  ended(results.get("never"), { ...timeout, step: "connects" });
  for (const name of ["away", "never"]) {
    const said = results.get(name)!.evidence.map(({ text }) => text ?? "");
    ok(said.some((text) => /^pooler: .*replica1\/.* connect failed/.test(text)), said.join("\n"));
  }
  const refused = results.get("refused");
  for (const name of ["refused", "read"]) equal(stepOf(refused, name).verdict, "passed");
  ended(refused, { verdict: "failed", step: "wrong", code: "Mismatch", seen: /replica1: 7/ });
});

poolerTest("a client falls with its pooler, and nothing of either is left", async () => {
  const signal = limit();
  const target = await openLocalTarget(seedStack(0), { postgres: "18", signal, ahead: 0 });
  try {
    const { nodes } = await target.create({ change: { settings: {}, nodeSettings: {} }, signal });
    const [master] = nodes as [typeof nodes[0]];
    const pooler = await PoolerProcess.start(nodes, undefined, signal);
    try {
      await using client = await Session.open(pooler.loginTo(master!), signal);
      const behind = "select count(*) from pg_stat_activity where pid = pg_backend_pid()";
      equal((await client.query(behind, [], signal)).rows[0]![0], 1);
      // Nobody else on this machine may use it as a way in.
      const stranger = { ...pooler.loginTo(master!), password: "guess" };
      await rejects(Session.open(stranger, signal), { code: "08P01", message: /SASL|password/ });
      Deno.kill(pooler.pid, "SIGKILL");
      await rejects(
        client.query("select 1", [], signal),
        (error) => error instanceof SqlError && error.isAbsence && error.code !== "timeout",
      );
    } finally {
      await pooler.stop(signal);
    }
    ok(!exists(pooler.directory));
    ok(!findProcess(pooler.pid));
  } finally {
    await target.close();
  }
});

poolerTest("clean removes the pooler of a harness that was killed", async () => {
  const cache = await Deno.makeTempDir({ prefix: "pgproof-test-cache-" });
  const before = Deno.env.get("PGPROOF_CACHE");
  Deno.env.set("PGPROOF_CACHE", cache);
  try {
    const script = new URL("hold_pooler.ts", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "-A", script],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { pid, directory } = JSON.parse((await reader.read()).value!);
    await reader.cancel();
    deepEqual(await cleanLeftovers(), [], "its harness lives");
    child.kill("SIGKILL");
    await child.status;
    ok(findProcess(pid), "it outlives a harness that was killed");
    deepEqual(await cleanLeftovers(), [
      `Killed the program pgbouncer ${pid} that ran in ${directory}`,
      `Removed the directory ${directory}`,
    ]);
    ok(!findProcess(pid));
    ok(!exists(directory));
  } finally {
    if (before === undefined) Deno.env.delete("PGPROOF_CACHE");
    else Deno.env.set("PGPROOF_CACHE", before);
    await Deno.remove(cache, { recursive: true });
  }
});

poolerTest("a pooler that its file keeps from starting says why", async () => {
  const signal = limit();
  const { nodes: [declared] } = seedStack(0);
  const node = { name: "master", declared: declared!, address: { host: "127.0.0.1", port: 1 } };
  await rejects(PoolerProcess.start([node], withSetting("nonsense", "1"), signal), refusal);
});

composeTest("clients behind a pooler survive the restart of a container", async () => {
  const out = await Deno.makeTempDir();
  try {
    const ran = await command("verify", "--target", "compose", "--out", out, shipped);
    if (ran.code !== 0) match(ran.out, /there is no pgbouncer on this machine/, ran.err);
    ok(ran.code === 0 || !isRequired, ran.out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

composeTest("the stack's pooler is a container among its nodes, and goes", async (_, signal) => {
  const client = await engine(signal);
  const stack = await readStack("compose.yaml");
  const create = { change: { settings: {}, nodeSettings: {}, replicas: 1 }, signal };
  const target = await openComposeTarget(stack, { signal, ahead: 0 });
  try {
    await using open = new AsyncDisposableStack();
    const cluster = await target.create(create);
    open.defer(() => cluster.remove());
    if (!cluster.startPooler) {
      ok(!isRequired, `the engine has no ${stack.pooler!.image}`);
      return;
    }
    const before = await leftovers(client);
    const pooler = await cluster.startPooler(signal);
    try {
      const [added, ...more] = (await leftovers(client)).filter((id) => !before.includes(id));
      ok(added && more.length === 0);
      const [, replica] = cluster.nodes;
      await using session = await Session.open(pooler.loginTo(replica!), signal);
      equal((await session.query("select pg_is_in_recovery()", [], signal)).rows[0]![0], true);
      const stranger = { ...pooler.loginTo(replica!), password: "guess" };
      await rejects(Session.open(stranger, signal), { code: "08P01", message: /SASL|password/ });
    } finally {
      await pooler.stop(signal);
    }
    deepEqual(await leftovers(client), before);
  } finally {
    await target.close();
  }
  const declared = withSetting("nonsense", "1");
  const odd = await openComposeTarget(
    { ...stack, pooler: { ...declared, image: stack.pooler!.image } },
    { signal, ahead: 0 },
  );
  try {
    await using open = new AsyncDisposableStack();
    const cluster = await odd.create(create);
    open.defer(() => cluster.remove());
    const before = await leftovers(client);
    await rejects(cluster.startPooler!(signal), refusal);
    deepEqual(await leftovers(client), before);
  } finally {
    await odd.close();
  }
  deepEqual(await leftovers(client), []);
});
