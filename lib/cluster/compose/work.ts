/**
 * The folder of one cluster: copies of the stack's files and the override. It says whose it is, and
 * which project it is for, so that `clean` finds both when its run was killed.
 *
 * @module
 */
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { mayBeAlive } from "./owner.ts";

const prefix = "pgproof-compose-";

/** Makes one for an owner, and for what is to become a project. */
export async function makeWorkDirectory(owner: string, project?: string): Promise<string> {
  const path = await Deno.makeTempDir({ dir: tmpdir(), prefix });
  if (project) await Deno.writeTextFile(join(path, "project"), project);
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

/** Those whose owner is gone, and the projects they are for. */
export async function abandonedWork(): Promise<{ path: string; project: string | undefined }[]> {
  const abandoned = [];
  for await (const { name, isDirectory } of Deno.readDir(tmpdir())) {
    if (!isDirectory || !name.startsWith(prefix)) continue;
    const path = join(tmpdir(), name);
    const read = (name: string) => Deno.readTextFile(join(path, name)).catch(() => undefined);
    const owner = await read("owner");
    // Without an owner it is being made right now, or somebody else's.
    if (owner === undefined || await mayBeAlive(owner)) continue;
    abandoned.push({ path, project: await read("project") });
  }
  return abandoned;
}
