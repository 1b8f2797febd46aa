/**
 * Where PgBouncer is on this machine.
 *
 * @module
 */
import { join } from "node:path";

/** Where systems keep programs of this kind; the PATH of a user often lacks them. */
const systemFolders = ["/usr/sbin", "/usr/local/sbin"];

/** Every folder in which it is looked for. */
function folders(): string[] {
  const path = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  return [...new Set([...path, ...systemFolders])];
}

/** Its path; undefined when there is none. */
export function findPooler(where: readonly string[] = folders()): string | undefined {
  return where.map((folder) => join(folder, "pgbouncer")).find((file) => {
    try {
      return Deno.statSync(file).isFile;
    } catch {
      return false;
    }
  });
}

/** Why nobody can go through a pooler here; undefined when one can. */
export function lacksPooler(where: readonly string[] = folders()): string | undefined {
  return findPooler(where) === undefined
    ? `there is no pgbouncer on this machine, in PATH, ${systemFolders.join(" or ")} ` +
      "(Debian has it in the package pgbouncer)"
    : undefined;
}
