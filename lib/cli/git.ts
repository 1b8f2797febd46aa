/**
 * What git knows. Only ever asked, never told to change anything of the user's.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "./usage.ts";

/** Runs git, with more in its environment; its output as text. */
async function ask(
  args: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<string> {
  let ran: Deno.CommandOutput;
  try {
    ran = await new Deno.Command("git", {
      args: [...args],
      cwd: folder,
      stdin: "null",
      // Locks that nobody needs for looking would disturb what the user does meanwhile.
      env: { GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C", ...env },
    }).output();
  } catch (error) {
    throw new UsageError(`cannot run git: ${(error as Error).message}`);
  }
  const decoder = new TextDecoder();
  if (ran.success) return decoder.decode(ran.stdout);
  const said = decoder.decode(ran.stderr).trim().split("\n")[0]!.replace(/^fatal: /, "");
  const verb = args[0] === "-c" ? args[2] : args[0];
  throw new UsageError(`git ${verb}: ${said}`);
}

/**
 * Absolute path of the working tree that a folder is in.
 * @throws {UsageError} when it is in none.
 */
export async function workingTree(folder: string): Promise<string> {
  return (await ask(["rev-parse", "--show-toplevel"], folder)).replace(/\n$/, "");
}

/**
 * The commit that a ref names.
 * @throws {UsageError} when it names none.
 */
export async function commitOf(ref: string, folder: string): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  try {
    return (await ask(args, folder)).trim();
  } catch {
    // Said better below: with --quiet git itself says nothing.
    await workingTree(folder);
    throw new UsageError(`git knows no commit "${ref}"`);
  }
}

/**
 * Absolute paths of the files that differ from where this branch left `ref`: committed since, changed
 * in the working tree, deleted, or new and not ignored. Sorted.
 * @throws {UsageError} when git does not know the ref.
 */
export async function changedSince(ref: string, folder: string): Promise<string[]> {
  const commit = await commitOf(ref, folder);
  const root = await workingTree(folder);
  // A shallow clone may have no common ancestor; more than this branch's own changes is safe.
  const base = await ask(["merge-base", commit, "HEAD"], root).then((out) => out.trim())
    .catch(() => commit);
  const listed = await Promise.all([
    ask(["diff", "--name-only", "--no-renames", "-z", base, "--"], root),
    ask(["ls-files", "--others", "--exclude-standard", "-z"], root),
  ]);
  const names = listed.flatMap((text) => text.split("\0")).filter((name) => name !== "");
  return [...new Set(names)].sort().map((name) => join(root, name));
}

/**
 * The commit where two branches parted.
 * @throws {UsageError} when git does not know it.
 */
export async function mergeBase(base: string, head: string, folder: string): Promise<string> {
  const commits = [await commitOf(base, folder), await commitOf(head, folder)];
  return (await ask(["merge-base", ...commits], folder)).trim();
}

/**
 * Writes the files of a commit into a folder that is there, as git would check them out. The user's
 * index and working tree are not touched.
 * @throws {UsageError} when git cannot.
 */
export async function checkOut(commit: string, from: string, to: string): Promise<void> {
  const root = await workingTree(from);
  const env = { GIT_INDEX_FILE: join(to, ".pgproof-index") };
  // A sparse working tree of the user's would leave files out here too.
  const git = (...args: string[]) => ask(["-c", "core.sparseCheckout=false", ...args], root, env);
  await git("read-tree", commit);
  await git("checkout-index", "--all", "--quiet", `--prefix=${to}/`);
  await Deno.remove(env.GIT_INDEX_FILE);
}
