/**
 * Base backups that a cluster keeps by name until it is removed, and data directories made of them.
 *
 *     RUN/1/backups/NAME/    a data directory, not of a server
 *
 * @module
 */
import { join } from "node:path";
import { recoveryLines } from "../backup_content.ts";
import { type BackupPart, type Node, NodeError, type Restoring } from "../model.ts";
import type { Account } from "./account.ts";
import { copyPart } from "./backup.ts";
import type { Binaries } from "./binaries.ts";
import { exists, removeAll } from "./cache.ts";
import type { Conninfo } from "../conninfo.ts";
import { clone } from "./clone.ts";
import { formatSettings } from "../setting_text.ts";
import { copyTree, own } from "./template.ts";

/** A place where backups are kept, and what is needed to make and use them. */
export interface Keeping {
  /** The folder of all backups; made when it is absent. */
  folder: string;
  binaries: Binaries;
  account: Account;
  signal: AbortSignal;
}

/** Takes a backup of a running node, or a part of one; returns its label, empty for a part. */
export async function keep(
  node: Node & { data: string; connectionTo(upstream: Node): Conninfo },
  backup: { name: string; part: BackupPart | undefined },
  keeping: Keeping,
): Promise<string> {
  const { folder, account } = keeping;
  const { name, part } = backup;
  const to = join(folder, name);
  if (part !== "control") {
    await removeAll(to);
    for (const path of [folder, to]) {
      await Deno.mkdir(path, { recursive: true, mode: 0o700 });
      own(path, account);
    }
  } else await mustExist(to, name);
  const copying = { from: node.data, to, ...keeping };
  if (part) {
    await copyPart(part, copying);
    return "";
  }
  try {
    const conninfo = node.connectionTo(node);
    await clone({ upstream: node, conninfo, ...copying });
    return await Deno.readTextFile(join(to, "backup_label"));
  } catch (error) {
    // Half a copy would pass for a backup.
    await removeAll(to);
    throw error;
  }
}

/** @throws {NodeError} when there is no backup at `path`. */
export async function mustExist(path: string, name: string): Promise<void> {
  if (!await exists(path)) throw new NodeError(`Cannot use backup ${name}: there is none`);
}

const recovery = new RegExp(recoveryLines, "i");

/** Makes the absent or empty directory `data` of a backup. */
export async function unpack(
  data: string,
  backup: { name: string; how: Restoring },
  { folder, account, signal }: Keeping,
): Promise<void> {
  const { name, how } = backup;
  const from = join(folder, name);
  await mustExist(from, name);
  await removeAll(data);
  await copyTree(from, data, signal);
  const write = async (file: string, text: string) => {
    await Deno.writeTextFile(join(data, file), text, { mode: 0o600 });
    own(join(data, file), account);
  };
  for (const file of ["standby.signal", "recovery.signal"]) await removeAll(join(data, file));
  const auto = await Deno.readTextFile(join(data, "postgresql.auto.conf")).catch(() => "");
  const kept = auto.split("\n").filter((line) => line && !recovery.test(line));
  const settings = Object.entries(how.settings).map(([name, value]) => ({ name, value }));
  await write("postgresql.auto.conf", [...kept, formatSettings(settings)].join("\n"));
  if (how.signal !== "none") await write(`${how.signal}.signal`, "");
  if (how.label !== undefined) await write("backup_label", how.label);
}
