/**
 * A package of the npm registry, fetched by Deno's own client: the user's registry, proxy and
 * credentials apply, and the archive must have the pinned hash. It happens in a process with a
 * configuration and a frozen lock file made for it, so no file of the checkout changes.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NodeError } from "../model.ts";
import { exists } from "./cache.ts";
import type { Package } from "./packages.ts";

/** The project's own npm configuration, which the process would not find from its temp folder. */
const npmrc = new URL("../../../.npmrc", import.meta.url);

const script = `console.log(JSON.stringify(await import(Deno.args[0])));`;

async function write(directory: string, { name, version, integrity }: Package): Promise<void> {
  const id = `${name}@${version}`;
  const lock = {
    version: "5",
    specifiers: { [`npm:${id}`]: version },
    npm: { [id]: { integrity } },
  };
  await Deno.writeTextFile(join(directory, "deno.json"), `{ "nodeModulesDir": "none" }`);
  await Deno.writeTextFile(join(directory, "deno.lock"), JSON.stringify(lock));
  await Deno.writeTextFile(join(directory, "fetch.js"), script);
  if (npmrc.protocol === "file:" && await exists(fileURLToPath(npmrc))) {
    await Deno.symlink(fileURLToPath(npmrc), join(directory, ".npmrc"));
  }
}

/**
 * The folder of the package in Deno's cache, downloaded when absent.
 * @throws {NodeError} when it cannot be had, with what the client said.
 */
export async function download(wanted: Package, signal: AbortSignal): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "pgproof-fetch-" });
  try {
    await write(directory, wanted);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--frozen", "--allow-read", "--config", "deno.json", "fetch.js"]
        .concat(`npm:${wanted.name}@${wanted.version}`),
      cwd: directory,
      env: { NO_COLOR: "1" },
      stdin: "null",
      signal,
    }).output();
    signal.throwIfAborted();
    if (!success) {
      const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line.trim());
      throw new NodeError(
        `Cannot download ${wanted.name}@${wanted.version}: ` +
          (lines.slice(0, 3).map((line) => line.trim()).join(" ") || "the client said nothing"),
        { log: lines.slice(0, 20) },
      );
    }
    const paths: { postgres: string } = JSON.parse(new TextDecoder().decode(stdout));
    // native/bin/postgres
    return dirname(dirname(dirname(paths.postgres)));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
