/**
 * One number for everything the stack is made of, to know whether two runs saw the same one.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { ContainerFiles } from "./container_files.ts";
import type { Reading } from "./reading.ts";
import type { ReadService } from "./services.ts";

/** Files that mounted folders may bring. */
const filesMax = 10_000;
/** Bytes of one file that count; larger ones are data. */
const bytesMax = 16 * 1024 * 1024;

/** The number, and the absolute paths of what it was made from. */
export interface Fingerprint {
  hash: string;
  files: string[];
}

/**
 * SHA-256 in hex over the files that were read, and the files that services mount: single ones, and
 * those of folders of the stack that the container cannot write to. What it can write is data.
 * @throws {StackError} when one cannot be read, or there are too many.
 */
export async function fingerprint(
  reading: Reading,
  services: readonly ReadService[],
): Promise<Fingerprint> {
  const paths = new Set(reading.paths);
  for (const { mounts, environment } of services) {
    const files = new ContainerFiles(mounts, environment.PGDATA);
    for (const mount of mounts) {
      if (mount.type !== "bind" || mount.source === undefined || files.isData(mount)) continue;
      const isFolder = mount.readOnly && !/^\.\.(?:\/|$)/.test(reading.nameOf(mount.source));
      try {
        await addFiles(paths, mount.source, isFolder);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw reading.unreadable(mount.source, `cannot read what is mounted: ${why}`, error);
      }
    }
  }
  const named = [...paths].map((path) => ({ path, name: reading.nameOf(path) }));
  named.sort((one, other) => one.name < other.name ? -1 : 1);
  const hash = createHash("sha256");
  for (const { path, name } of named) {
    const bytes = await Deno.readFile(path);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return { hash: hash.digest("hex"), files: named.map(({ path }) => path) };
}

/** Adds the regular file at a path, or those below it. */
async function addFiles(paths: Set<string>, path: string, isFolder: boolean): Promise<void> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (info.isFile && info.size <= bytesMax) paths.add(path);
  if (paths.size > filesMax) throw new RangeError(`more than ${filesMax} files`);
  if (!info.isDirectory || !isFolder) return;
  for await (const { name, isSymlink } of Deno.readDir(path)) {
    // A link may lead back up.
    if (!isSymlink) await addFiles(paths, join(path, name), true);
  }
}
