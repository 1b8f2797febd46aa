/**
 * Images laid out as the official ones: 14 to 17 keep their data in a volume of their own below the
 * folder that the stack mounts, 18 makes that folder itself the volume.
 * Source: the Dockerfiles of https://github.com/docker-library/postgres
 *
 * @module
 */
import assert from "node:assert/strict";
import { docker } from "../../lib/cluster/compose/command.ts";
import { readStack } from "../../lib/stack/read.ts";
import { composeTest, engine, leftovers } from "./compose_fixture.ts";
import { Program } from "./compose_program.ts";

const layouts = [
  { name: "14-to-17", pgdata: "/var/lib/postgresql/data", volume: "/var/lib/postgresql/data" },
  { name: "18", pgdata: "/var/lib/postgresql/18/docker", volume: "/var/lib/postgresql" },
];

const paths = [
  "scenarios/docker/volumes.yaml",
  "scenarios/recovery/emptied-replica-is-rebuilt.yaml",
];

composeTest("Images laid out as the official ones run the stack", async (t, signal) => {
  const client = await engine(signal);
  const base = (await readStack("compose.yaml")).nodes[0]!.image;
  for (const { name, pgdata, volume } of layouts) {
    const image = `pgproof-layout:${name}-${Deno.pid}`;
    const folder = await Deno.makeTempDir();
    try {
      const lines = [
        `FROM ${base}`,
        `ENV PGDATA=${pgdata}`,
        `RUN mkdir -p ${pgdata} && chown -R postgres:postgres /var/lib/postgresql`,
        `VOLUME ${volume}`,
        `ENTRYPOINT ["docker-entrypoint.sh"]`,
        "STOPSIGNAL SIGINT",
        `CMD ["postgres"]`,
      ];
      await Deno.writeTextFile(`${folder}/Dockerfile`, lines.join("\n"));
      await docker(["build", "-q", "-t", image, folder], signal);
      await t.step(name, async () => {
        await using program = await Program.verify({ paths, env: { POSTGRES_IMAGE: image } });
        const { code, out, err } = await program.end();
        assert.equal(code, 0, out + err);
        assert.deepEqual(await leftovers(client, program.child.pid), []);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
      await docker(["image", "rm", "-f", image], AbortSignal.timeout(30_000)).catch(() => {});
    }
  }
});
