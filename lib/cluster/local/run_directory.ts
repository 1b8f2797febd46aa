/**
 * Where a run keeps what it has on this machine: one directory with a name by which `clean` knows it.
 *
 * @module
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canRun, serverAccount } from "./account.ts";

/** A socket's path has to fit into 108 bytes, 104 on some systems, what comes below RUN included. */
const pathBytesMax = 60;

/** The temp folder, or /tmp where that is too long a path or closed to the servers' account. */
export async function runDirectory(signal: AbortSignal): Promise<string> {
  const name = `pgproof-${crypto.randomUUID().slice(0, 8)}`;
  const folder = await Deno.realPath(tmpdir());
  const fits = folder.length + name.length < pathBytesMax &&
    await canRun(serverAccount(), folder, signal);
  return join(fits ? folder : "/tmp", name);
}
