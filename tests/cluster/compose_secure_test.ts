/**
 * The hardened stack in Docker: what it refuses, it must refuse.
 *
 * @module
 */
import assert from "node:assert/strict";
import { docker } from "../../lib/cluster/compose/command.ts";
import { ComposeNode } from "../../lib/cluster/compose/node.ts";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { foldEvents } from "../../lib/result/fold.ts";
import type { EventBody, RunEvent } from "../../lib/result/event.ts";
import { caseHead } from "../../lib/run/head.ts";
import { runCases } from "../../lib/run/runner.ts";
import { findScenarios, readScenarios } from "../../lib/scenario/files.ts";
import { planCases } from "../../lib/scenario/plan.ts";
import { Session } from "../../lib/sql/session.ts";
import { ask, composeTest } from "./compose_fixture.ts";
import { encrypted, lax, secureStack } from "./secure_fixture.ts";

/** Connects from one node to another, as the replication role, for replication. */
function connectFrom(node: ComposeNode, sslmode: string, signal: AbortSignal): Promise<string> {
  const conninfo =
    `host=master user=replicator dbname=mydb replication=true sslmode=${sslmode} connect_timeout=5`;
  const script = `PGPASSWORD=$(cat /etc/postgresql-secrets/replication_password) \
    psql -XAt -c IDENTIFY_SYSTEM "${conninfo}"`;
  return docker(["exec", node.containerId, "sh", "-c", script], signal);
}

composeTest("compose.secure.yaml trusts nobody and encrypts replication", async (_t, signal) => {
  const { directory, stack } = await secureStack();
  assert.equal(stack.nodes[0]!.password.length, 48);
  assert(stack.secrets.includes(stack.nodes[0]!.password));
  const target = await openComposeTarget(stack, { signal, ahead: 0 });
  try {
    const change = { settings: {}, nodeSettings: {}, replicas: 1 };
    const cluster = await target.create({ change, signal });
    const [master, replica1] = cluster.nodes as [ComposeNode, ComposeNode];

    assert.equal(await ask(master, encrypted, signal), true);
    assert.equal(await ask(master, lax, signal), 0);
    const role =
      `select rolreplication and not rolsuper from pg_roles where rolname = 'replicator'`;
    assert.equal(await ask(master, role, signal), true);

    const login = { ...loginOf(master), password: "wrong" };
    await assert.rejects(Session.open(login, signal), { code: "28P01" });
    await assert.rejects(connectFrom(replica1, "disable", signal), /no encryption/);
    assert.match(await connectFrom(replica1, "require", signal), /^\d{19}\|1\|/);

    // The harness's own verbs work with what they find: a password, a certificate, another role.
    await replica1.stop("fast", signal);
    await replica1.cloneFrom(master, signal);
    await replica1.start(signal);
    const source = "select current_setting('primary_conninfo')";
    assert.match(String(await ask(replica1, source, signal)), /user=replicator .*verify-full/);
    await cluster.remove();
  } finally {
    await target.close();
    await Deno.remove(directory, { recursive: true });
  }
});

composeTest(
  "compose.secure.yaml satisfies what the demonstration only tells",
  async (t, signal) => {
    const { directory, stack } = await secureStack();
    assert.equal(stack.accepted, undefined, "it accepts no failing");
    const target = await openComposeTarget(stack, { signal, ahead: 0 });
    try {
      const { nodes, objectives } = stack;
      const names = nodes.map(({ name }) => name);
      const files = await findScenarios(["scenarios/security"]);
      const scenarios = await readScenarios(files, { nodes: names, objectives });
      const planned = planCases(scenarios, { seed: 1, repeat: 1 });
      const events: RunEvent[] = [];
      const emit = (event: EventBody) => void events.push({ t: 0, at: "", ...event });
      emit({ type: "run-started", cases: planned.map(caseHead) } as unknown as EventBody);
      await runCases(planned, {
        target,
        emit,
        workers: 1,
        retries: 0,
        failFast: false,
        timeScale: 1,
        signal,
      });
      const { cases } = foldEvents(events);
      assert.equal(cases.length, files.length);
      for (const { file, verdict, reason, steps, problems } of cases) {
        await t.step(file, () => {
          const problem = steps.find(({ problem }) => problem)?.problem ?? problems[0];
          assert.equal(verdict, "passed", reason ?? JSON.stringify(problem));
        });
      }
    } finally {
      await target.close();
      await Deno.remove(directory, { recursive: true });
    }
  },
);
