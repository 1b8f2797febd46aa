/**
 * Has a kept backup compared with its manifest, where the server's programs include the one for it.
 *
 * @module
 */
import { join } from "node:path";
import {
  manifest,
  noManifest,
  noProgram,
  unverified,
  type Verification,
  verificationOf,
} from "../verification.ts";
import { exists } from "./cache.ts";
import { exec } from "./exec.ts";
import { type Keeping, mustExist } from "./kept_backup.ts";

/** As `Cluster.verifyBackup`. */
export async function verifyBackup(name: string, keeping: Keeping): Promise<Verification> {
  const { folder, binaries: { bin, programs }, account, signal } = keeping;
  const backup = join(folder, name);
  await mustExist(backup, name);
  if (!programs.has("pg_verifybackup")) return unverified(noProgram);
  if (!await exists(join(backup, manifest))) return unverified(noManifest);
  const command = [join(bin, "pg_verifybackup"), backup];
  const ended = await exec(command, { bin, env: {}, cwd: "/", account, signal });
  return verificationOf(ended.status, `${ended.errors}\n${ended.output}`.split("\n"));
}
