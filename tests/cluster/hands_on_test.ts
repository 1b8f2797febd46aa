/**
 * `up`, `down` and `doctor`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { readStack } from "../../lib/stack/read.ts";
import { Session } from "../../lib/sql/session.ts";
import { command } from "../command.ts";
import { spawnProgram } from "../program.ts";
import { composeTest, engine, leftovers } from "./compose_fixture.ts";

/** Ports by node, from what `up` printed. */
function portsIn(text: string): Map<string, number> {
  const lines = [
    ...text.matchAll(/^(\w+) +psql postgresql:\/\/myuser@127\.0\.0\.1:(\d+)\/mydb$/gm),
  ];
  return new Map(lines.map(([, name, port]) => [name!, Number(port)]));
}

/** What a server says of itself. */
async function nameAt(port: number, signal: AbortSignal): Promise<unknown> {
  const { user, password, database } = (await readStack("compose.yaml")).nodes[0]!;
  const login = { host: "127.0.0.1", port, user, password, database };
  await using session = await Session.open(login, signal);
  return (await session.query("show cluster_name", [], signal)).rows[0]![0];
}

composeTest("up keeps a stack until down, whatever clean does", async (_t, signal) => {
  const client = await engine(signal);
  try {
    const first = await command("up", "--target", "compose");
    assert.equal(first.code, 0, first.err);
    const ports = portsIn(first.out);
    assert.deepEqual([...ports.keys()], ["master", "replica1", "replica2", "replica3"]);
    for (const [name, port] of ports) assert.equal(await nameAt(port, signal), name);
    assert.match(first.out, /remove it, with its data: deno run -A main\.ts down\n$/);
    assert.doesNotMatch(first.out, /mypassword/);

    const again = await command("up", "--target", "compose");
    assert.deepEqual(portsIn(again.out), ports, "it is the same one");
    await command("clean");
    assert.equal(await nameAt(ports.get("replica1")!, signal), "replica1");
  } finally {
    const gone = await command("down");
    assert.equal(gone.code, 0, gone.err);
  }
  assert.deepEqual(await leftovers(client), []);
  const folders = [...Deno.readDirSync(tmpdir())].filter(({ name }) =>
    /^pgproof-compose-/.test(name)
  );
  const owners = folders.map(({ name }) => Deno.readTextFileSync(`${tmpdir()}/${name}/owner`));
  assert(!owners.some((owner) => owner.split(" ")[1] === "up"), owners.join());
  assert.equal((await command("down")).out, "nothing of compose.yaml is up\n");
});

Deno.test("up on this machine lasts until Ctrl-C", async () => {
  const child = spawnProgram(["up", "--target", "local"]);
  const errors = new Response(child.stderr).text();
  let out = "";
  let port: number | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (!out.includes("Ctrl-C") || port !== undefined) continue;
    port = portsIn(out).get("replica3")!;
    assert.equal(await nameAt(port, AbortSignal.timeout(10_000)), "replica3");
    child.kill("SIGINT");
  }
  assert.equal((await child.status).code, 0, await errors);
  assert(port !== undefined, out);
  await assert.rejects(nameAt(port, AbortSignal.timeout(10_000)), /ECONNREFUSED/);
});

Deno.test("doctor says what is missing, what to do, and whether anything can be used", async () => {
  const nowhere = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  const examine = async (args: string[], env: Record<string, string>) => {
    const { code, stdout } = await spawnProgram(["doctor", ...args], env).output();
    return { code, out: new TextDecoder().decode(stdout) };
  };
  const half = await examine([], nowhere);
  assert.equal(half.code, 0, half.out);
  assert.match(half.out, /^ {2}bad {3}engine .*there is no such socket\n +start Docker, or use/m);
  assert.match(half.out, /^ {2}ok {4}PostgreSQL +18\.\d+ from npm:/m);
  assert.match(half.out, /^can be used: local$/m);

  const none = await examine(["--postgres", "99"], nowhere);
  assert.equal(none.code, 3, none.out);
  assert.match(none.out, /^ {2}bad {3}PostgreSQL .*99/m);
  assert.match(none.out, /^no target can be used$/m);

  const cache = await examine([], { ...nowhere, PGPROOF_CACHE: "/proc/nothing" });
  assert.equal(cache.code, 3, cache.out);
  assert.match(cache.out, /^ {2}bad {3}cache .*\n +set PGPROOF_CACHE/m);
});
