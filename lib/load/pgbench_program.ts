/**
 * Where pgbench is on this machine. It is a client: it need not be where the servers are, nor of
 * their version.
 *
 * @module
 */
import { join } from "node:path";

/** Where systems keep PostgreSQL's programs, a folder for each version. */
const root = "/usr/lib/postgresql";

/** Directories to look in, the newest version first, then those of PATH. */
function folders(): string[] {
  const versions: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(root)) versions.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const own = versions.toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, "bin"));
  return [...own, ...(Deno.env.get("PATH") ?? "").split(":").filter((path) => path !== "")];
}

/** Its path; undefined when there is none. */
export function findPgbench(): string | undefined {
  return folders().map((folder) => join(folder, "pgbench")).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Why a load cannot be driven by pgbench here; undefined when it can. */
export function lacksPgbench(): string | undefined {
  return findPgbench() === undefined
    ? `there is no pgbench on this machine, in ${root}/*/bin or PATH (Debian has it in the package ` +
      "postgresql-contrib or postgresql-NN)"
    : undefined;
}
