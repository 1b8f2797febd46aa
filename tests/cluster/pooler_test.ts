/**
 * The pooler in front of real servers: what a client behind it is told when its server or the pooler
 * is away, and that nothing of it is left. That clients survive is a shipped scenario.
 *
 * @module
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { cleanLeftovers } from "../../lib/cluster/local/clean.ts";
import { findProcess } from "../../lib/cluster/local/processes.ts";
import { openLocalTarget } from "../../lib/cluster/local/target.ts";
import { Pooler } from "../../lib/pooler/pooler.ts";
import { lacksPooler } from "../../lib/pooler/program.ts";
import { Session, SqlError } from "../../lib/sql/session.ts";
import { command } from "../command.ts";
import { composeTest } from "./compose_fixture.ts";
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
    const pooler = await Pooler.start(nodes, signal);
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

composeTest("clients behind a pooler survive the restart of a container", async () => {
  const out = await Deno.makeTempDir();
  try {
    const ran = await command("verify", "--target", "compose", "--out", out, shipped);
    if (lacking === undefined) equal(ran.code, 0, ran.err + ran.out);
    else match(ran.out, /there is no pgbouncer on this machine/);
    ok(lacking === undefined || !isRequired, lacking);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
