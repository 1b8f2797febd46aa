/**
 * An engine elsewhere: the one of this machine behind a TCP port, reached at another address than
 * loopback, so that its servers see whoever comes from outside as one from outside.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { bridgeAddress } from "../../lib/cluster/compose/gateway.ts";
import { docker } from "../../lib/cluster/compose/command.ts";
import { composeTest, engine, engineSocket, leftovers } from "./compose_fixture.ts";
import { Program } from "./compose_program.ts";
import { Relay } from "./engine_relay.ts";

const quick = "scenarios/replication/write-visible.yaml";

composeTest(
  "A context that leads to an engine elsewhere is used as it says",
  async (_t, signal) => {
    const host = (await bridgeAddress(await engine(signal), signal))!;
    const configuration = await Deno.makeTempDir();
    try {
      await using relay = await Relay.listen(await engineSocket(signal), host);
      const url = `tcp://${host}:${relay.port}`;
      const env = { DOCKER_CONFIG: configuration, DOCKER_CONTEXT: "far" };
      await docker(["context", "create", "far", "--docker", `host=${url}`], signal, { env });
      const paths = ["scenarios/docker/volumes.yaml", "examples/reference/archive.yaml"];
      const options = ["--workers", "1"];
      await using program = await Program.verify({ paths, options, env });
      const { code, out, err } = await program.end();
      assert.equal(code, 0, out + err);
      assert(out.includes(` at ${url}, Compose `), out);
      const result = await Deno.readTextFile(join(program.out, "reports/result.json"));
      assert.match(result, /master: fixtures\/postgres is copied into the container/);
      assert(result.includes(`rules for the stack's network are also for ${host}/32`), result);
      assert.deepEqual(await leftovers(await engine(signal), program.child.pid), []);
    } finally {
      await Deno.remove(configuration, { recursive: true });
    }
  },
);

/** An authority, a server's and a client's certificate of it, and another authority, in a folder. */
async function makeCertificates(folder: string): Promise<void> {
  const script = `
    cd "$0"
    for name in ca other; do
      openssl req -x509 -newkey rsa:2048 -nodes -keyout $name.key -out $name.pem -subj /CN=$name
    done
    for name in server client; do
      openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj /CN=$name
      echo subjectAltName=IP:127.0.0.1 >$name.ext
      openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
        -extfile $name.ext -out $name.pem
    done
    mkdir good bad none
    cp ca.pem good/ca.pem
    cp other.pem bad/ca.pem
    cp ca.pem none/ca.pem
    for name in good bad; do
      cp client.pem $name/cert.pem
      cp client.key $name/key.pem
    done`;
  const ran = await new Deno.Command("sh", { args: ["-euc", script, folder] }).output();
  assert(ran.success, new TextDecoder().decode(ran.stderr));
}

composeTest("An engine behind TLS is used when both sides trust each other", async (t, signal) => {
  const folder = await Deno.makeTempDir();
  try {
    await makeCertificates(folder);
    const read = (name: string) => Deno.readTextFile(join(folder, name));
    const [ca, cert, key] = await Promise.all(["ca.pem", "server.pem", "server.key"].map(read));
    await using relay = await Relay.listen(await engineSocket(signal), "127.0.0.1", {
      ...{ ca: ca!, cert: cert!, key: key! },
      ...{ requestCert: true, rejectUnauthorized: true },
    });
    const tried = async (certificates: string) => {
      const env = {
        DOCKER_HOST: `tcp://127.0.0.1:${relay.port}`,
        DOCKER_TLS_VERIFY: "1",
        DOCKER_CERT_PATH: join(folder, certificates),
      };
      await using program = await Program.verify({ paths: [quick], env });
      return await program.end();
    };
    await t.step("the right certificates", async () => {
      const { code, out, err } = await tried("good");
      assert.equal(code, 0, out + err);
    });
    await t.step("of another authority", async () => {
      const { code, err } = await tried("bad");
      assert.equal(code, 3, err);
      assert.match(
        err,
        /No Docker engine answers at tcp:\S+: .*certificate.*\n {2}see what `docker/,
      );
    });
    await t.step("none to show", async () => {
      const { code, err } = await tried("none");
      assert.equal(code, 3, err);
      assert.match(err, /No Docker engine answers at tcp:\S+: .+\n {2}see what `docker/);
    });
    await t.step("no such folder", async () => {
      const { code, err } = await tried("absent");
      assert.equal(code, 3, err);
      assert.match(err, /absent\/ca\.pem: no such file/);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
