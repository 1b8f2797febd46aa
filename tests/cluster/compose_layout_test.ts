/**
 * The stack on images that are laid out as the official one is. Until 17 its data directory is a
 * volume of its own, inside of what the stack mounts; since 18 it is a folder for each version, and
 * the volume is above. Both bring an entrypoint that the stack is to do without.
 * Source: Dockerfile-debian.template of https://github.com/docker-library/postgres
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { docker } from "../../lib/cluster/compose/command.ts";
import type { Result } from "../../lib/result/model.ts";
import { composeTest } from "./compose_fixture.ts";
import { Program } from "./compose_program.ts";

const base = Deno.env.get("POSTGRES_IMAGE") ?? "postgres:18";

/** Where data are, and which folder is a volume, by the versions that have it so. */
const layouts = {
  "14 to 17": { data: "/var/lib/postgresql/data", volume: "/var/lib/postgresql/data" },
  "18": { data: "/var/lib/postgresql/18/docker", volume: "/var/lib/postgresql" },
};

/** Another number for the server's user than the base image has: folders belong to it. */
const recipe = ({ data, volume }: { data: string; volume: string }) =>
  `FROM ${base}
RUN usermod -u 7999 postgres && mkdir -p ${data} && chown -R postgres ${volume} && \\
  printf '#!/bin/sh\\necho "the entrypoint of the image ran" >&2; exit 9\\n' \\
    >/usr/local/bin/docker-entrypoint.sh && chmod 755 /usr/local/bin/docker-entrypoint.sh
ENV PGDATA=${data}
VOLUME ${volume}
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
EXPOSE 5432
CMD ["postgres"]
`;

for (const [versions, layout] of Object.entries(layouts)) {
  composeTest(
    `The stack runs on an image laid out as the official one of ${versions}`,
    async (_t, signal) => {
      const folder = await Deno.makeTempDir();
      const image = `pgproof-layout-${Deno.pid}:${versions.replaceAll(" ", "-")}`;
      try {
        await Deno.writeTextFile(join(folder, "Dockerfile"), recipe(layout));
        await docker(["build", "-q", "-t", image, folder], signal);
        const paths = ["volumes", "../recovery/emptied-replica-is-rebuilt"];
        await using program = await Program.verify({
          paths: paths.map((path) => join("scenarios/docker", `${path}.yaml`)),
          env: { POSTGRES_IMAGE: image },
        });
        const { code, out } = await program.end();
        assert.equal(code, 0, out);
        assert.match(out, new RegExp(`from image ${image}`));
        const text = await Deno.readTextFile(join(program.out, "reports/result.json"));
        const result: Result = JSON.parse(text);
        assert.deepEqual(result.cases.map(({ verdict }) => verdict), ["passed", "passed"]);
      } finally {
        await docker(["rmi", "--force", image], AbortSignal.timeout(60_000)).catch(() => {});
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
