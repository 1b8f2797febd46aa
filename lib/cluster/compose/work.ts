/**
 * The folder of one cluster: copies of the stack's files and the override. It says whose it is, so
 * that `clean` finds it when its run was killed.
 *
 * @module
 */
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { mayBeAlive } from "./owner.ts";

const prefix = "pgproof-compose-";

/** Makes one for an owner. */
export async function makeWorkDirectory(owner: string): Promise<string> {
  const path = await Deno.makeTempDir({ dir: tmpdir(), prefix });
  await Deno.writeTextFile(join(path, "owner"), owner);
  // The servers read their files as another user.
  await Deno.chmod(path, 0o755);
  return path;
}

/** Removes one; gone already is as good. */
export async function removeWorkDirectory(path: string): Promise<void> {
  if (!basename(path).startsWith(prefix)) throw new Error(`Cannot remove ${path}: not made here`);
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Removes those whose owner is gone, and says which. */
export async function cleanWorkDirectories(): Promise<string[]> {
  const removed: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(tmpdir())) {
    if (!isDirectory || !name.startsWith(prefix)) continue;
    const path = join(tmpdir(), name);
    const owner = await Deno.readTextFile(join(path, "owner")).catch(() => undefined);
    // Without an owner it is being made right now, or somebody else's.
    if (owner === undefined || await mayBeAlive(owner)) continue;
    await removeWorkDirectory(path);
    removed.push(`directory ${path}`);
  }
  return removed;
}
