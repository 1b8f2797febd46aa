/**
 * `--watch`: runs again when a scenario, the stack or a file that it mounts changes.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import type { Stack } from "../stack/model.ts";

/** How long files must be quiet before a run starts, in milliseconds: editors write in pieces. */
const quietMs = 200;
/** At most this long after the first change, in milliseconds, however restless the files are. */
const patienceMs = 2_000;
/** Entries that are looked at to find the mounted files. */
const entriesMax = 2_000;

/**
 * The files a run depends on: scenarios (folders too, so that a new one is seen), the compose files,
 * and what nodes and their pooler mount read-only. Data directories are mounted to be written and
 * change all the time.
 */
export async function watchedPaths(
  paths: readonly string[],
  stack: Pick<Stack, "file" | "overlays" | "nodes" | "pooler">,
): Promise<string[]> {
  const scenarios = (paths.length > 0 ? paths : ["scenarios"]).map((path) =>
    path.replace(/(?<=\.ya?ml)(?::\d+){1,2}$/, "")
  );
  const mounts = [...stack.nodes, stack.pooler].flatMap((service) => service?.mounts ?? [])
    .flatMap(({ type, source, readOnly }) => type === "bind" && readOnly && source ? [source] : []);
  const all = [...scenarios, stack.file, ...stack.overlays ?? [], ...mounts].map((path) =>
    resolve(path)
  );
  const found: string[] = [];
  for (const path of new Set(all)) {
    if (await Deno.stat(path).catch(() => undefined)) found.push(path);
  }
  return found;
}

/**
 * Each change of the paths as one batch of changed files, debounced; ends when the signal aborts. A
 * file that was only read or touched without another content is no change.
 */
export async function* changesOf(
  paths: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const before = await snapshot(paths);
  let ring = Promise.withResolvers<void>();
  const watchers = await watch(paths, () => ring.resolve());
  const onAbort = () => ring.resolve();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      await ring.promise;
      const limit = performance.now() + patienceMs;
      do ring = Promise.withResolvers<void>(); while (
        !signal.aborted && performance.now() < limit && await isFirst(ring.promise, quietMs)
      );
      const changed = signal.aborted ? [] : await compare(before, paths);
      if (changed.length > 0) yield changed;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const watcher of watchers) watcher.close();
  }
}

/**
 * Rings at everything that happens to the paths. An editor that replaces a file leaves a watch of the
 * file itself blind, so its folder is watched, without the folders below.
 */
async function watch(paths: readonly string[], ring: () => void): Promise<Deno.FsWatcher[]> {
  const infos = await Promise.all(paths.map((path) => Deno.stat(path)));
  const folders = paths.filter((_, index) => infos[index]!.isDirectory);
  const homes = paths.filter((_, index) => !infos[index]!.isDirectory).map((path) => dirname(path));
  const watchers = [
    ...(folders.length > 0 ? [Deno.watchFs(folders)] : []),
    ...(homes.length > 0 ? [Deno.watchFs([...new Set(homes)], { recursive: false })] : []),
  ];
  for (const watcher of watchers) {
    (async () => {
      for await (const _ of watcher) ring();
    })();
  }
  return watchers;
}

/** Whether a promise settles before some milliseconds have passed. */
async function isFirst(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([promise.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the files hold now, by path. */
async function snapshot(paths: readonly string[]): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    const info = await Deno.stat(path).catch(() => undefined);
    if (!info || held.size >= entriesMax) return;
    if (info.isDirectory) {
      for await (const { name } of Deno.readDir(path)) await visit(join(path, name));
    } else if (info.isFile) {
      held.set(path, await Deno.readTextFile(path).catch(() => ""));
    }
  };
  for (const path of paths) await visit(path);
  return held;
}

/** The files that differ; `before` is brought up to date. */
async function compare(before: Map<string, string>, paths: readonly string[]): Promise<string[]> {
  const now = await snapshot(paths);
  const changed = [...new Set([...before.keys(), ...now.keys()])]
    .filter((path) => before.get(path) !== now.get(path));
  before.clear();
  for (const [path, text] of now) before.set(path, text);
  return changed.sort();
}
