/**
 * The cache: server binaries and template data directories, built once per machine, and the journals
 * of what runs now. What is in it under its final name is complete: it grows under another name and is
 * renamed, so runs that start at once, or are interrupted, do each other no harm.
 *
 * @module
 */
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Bumped when the layout of what is cached changes. */
const layout = "1";

function candidates(): string[] {
  const xdg = Deno.env.get("XDG_CACHE_HOME");
  const home = homedir();
  const found: string[] = [];
  if (xdg) found.push(join(xdg, "pgproof"));
  if (home && Deno.build.os === "darwin") found.push(join(home, "Library/Caches/pgproof"));
  if (home) found.push(join(home, ".cache/pgproof"));
  return found;
}

/** A directory of this user's own in the temp folder: anyone may have made one of that name before. */
async function ownTemp(): Promise<string> {
  const path = join(tmpdir(), `pgproof-cache-${Deno.uid() ?? 0}`);
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, isDirectory, isSymlink } = await Deno.lstat(path);
  if (!isDirectory || isSymlink || uid !== Deno.uid()) {
    throw new Error(`Cannot use ${path} as cache: it belongs to another user (set PGPROOF_CACHE)`);
  }
  return path;
}

/** The first of `paths` that can be written; undefined when none can. */
async function firstWritable(paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await Deno.mkdir(path, { recursive: true, mode: 0o700 });
      await Deno.remove(await Deno.makeTempFile({ dir: path, prefix: "probe-" }));
      return path;
    } catch { /* the next one */ }
  }
  return undefined;
}

/**
 * The cache's directory, made when absent: `PGPROOF_CACHE`, else the platform's own place, else one in
 * the temp folder.
 * @throws {Error} when `PGPROOF_CACHE` names a place that cannot be written.
 */
export async function cacheDirectory(): Promise<string> {
  const override = Deno.env.get("PGPROOF_CACHE");
  const base = override
    ? await firstWritable([override])
    : await firstWritable(candidates()) ?? await ownTemp();
  if (base === undefined) throw new Error(`Cannot write to PGPROOF_CACHE: ${override}`);
  const path = join(base, layout);
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Does something lie at `path`? */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes a path with all below it; nothing there is fine. */
export async function removeAll(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

const partial = /\.partial-(\d+)-[0-9a-f]+$/;

/** The id of the process that was growing a directory of this name; undefined for finished ones. */
export function partialOwner(path: string): number | undefined {
  const match = partial.exec(basename(path));
  return match ? Number(match[1]) : undefined;
}

/**
 * Makes sure that the directory `path` exists. `build` fills an absent directory of another name; the
 * result takes its name when complete. When another process was faster, its result is taken.
 */
export async function buildOnce(
  path: string,
  build: (temporary: string) => Promise<void>,
): Promise<string> {
  if (await exists(path)) return path;
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.partial-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await build(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeAll(temporary);
    if (!await exists(path)) throw error;
  }
  return path;
}
