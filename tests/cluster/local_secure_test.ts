/**
 * The hardened stack on this machine: what it encrypts and refuses in Docker, it does here.
 *
 * @module
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import { openLocalTarget } from "../../lib/cluster/local/target.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { Session } from "../../lib/sql/session.ts";
import { command } from "../command.ts";
import { ask } from "./compose_fixture.ts";
import { encrypted, lax, secureStack } from "./secure_fixture.ts";

Deno.test("compose.secure.yaml is as strict on this machine, and every file is found", async () => {
  const { directory, stack } = await secureStack();
  const signal = AbortSignal.timeout(180_000);
  const target = await openLocalTarget(stack, { postgres: "18", signal, ahead: 0 });
  try {
    const change = { settings: {}, nodeSettings: {}, replicas: 1 };
    const cluster = await target.create({ change, signal });
    const [master, replica1] = [cluster.nodes[0]!, cluster.nodes[1]!];
    equal(await ask(master, encrypted, signal), true);
    equal(await ask(master, lax, signal), 0);
    equal(await ask(master, "select usename from pg_stat_replication", signal), "replicator");
    await rejects(Session.open({ ...loginOf(master), password: "wrong" }, signal), {
      code: "28P01",
    });
    const source = "select current_setting('primary_conninfo')";
    const conninfo = String(await ask(replica1, source, signal));
    match(conninfo, /host=master hostaddr=127\.0\.0\.1 .*user=replicator .*sslmode=verify-full/);
    ok(stack.secrets.some((secret) => conninfo.includes(secret)), "its password is a secret");
    ok(cluster.translations.some((text) => /replica1: sslrootcert .* is a copy/.test(text)));

    // The harness's own verbs connect as the stack does.
    await replica1.stop("fast", signal);
    await replica1.cloneFrom(master, signal);
    await replica1.start(signal);
    equal(await ask(replica1, source, signal), conninfo);
    await cluster.remove();
  } finally {
    await target.close();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("verify --overlay verifies the stack with the overlay", async () => {
  const { directory } = await secureStack();
  const out = join(directory, "reports");
  const verify = (...paths: string[]) =>
    command(
      ...["verify", "--target", "local", "--out", out, "--stack", join(directory, "compose.yaml")],
      ...["--overlay", join(directory, "compose.secure.yaml"), ...paths],
    );
  try {
    const { code, err } = await verify("scenarios/replication/topology.yaml");
    equal(code, 0, err);
    const { run } = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    ok(run.argv.includes("--overlay"));
    await Deno.remove(join(directory, "secrets/ca.crt"));
    const broken = await verify("scenarios/replication/topology.yaml");
    deepEqual(broken.code, 3, broken.out + broken.err);
    match(broken.out + broken.err, /secrets\/ca\.crt/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("mutate --overlay changes the stack with the overlay, and nothing without it", async () => {
  const { directory } = await secureStack();
  const out = join(directory, "reports");
  try {
    const ran = await command(
      ...["mutate", "--target", "local", "--out", out, "--stack", join(directory, "compose.yaml")],
      ...["--overlay", join(directory, "compose.secure.yaml")],
      ...["fixtures/mutants/secure/trusted.yaml", "fixtures/mutants/fsync-off.yaml"],
    );
    equal(ran.code, 0, ran.out + ran.err);
    match(ran.out, /^killed +fixtures\/mutants\/secure\/trusted\.yaml/m);
    match(ran.out, /1 of 1 killed for the expected reason, .*1 for other targets or overlays/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
