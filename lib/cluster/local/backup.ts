/**
 * A base backup of a running server by copying its files, for binaries that come without
 * pg_basebackup: the low-level protocol, in one session, with a temporary slot that keeps the WAL.
 * Source: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 *
 * @module
 */
import { join } from "node:path";
import { type Login, Session, SqlError } from "../../sql/session.ts";
import { emptied, skipped, temporary } from "../backup_content.ts";
import { type BackupPart, NodeError } from "../model.ts";
import type { Account } from "./account.ts";
import { own } from "./template.ts";

/** pg_control goes last: it must not be older than what it speaks of. */
const last = join("global", "pg_control");

const isTemporary = (name: string) => temporary.some((prefix) => name.startsWith(prefix));

async function files(
  root: string,
  below = "",
): Promise<{ directories: string[]; files: string[] }> {
  const found = { directories: [] as string[], files: [] as string[] };
  for await (const entry of Deno.readDir(join(root, below))) {
    const path = join(below, entry.name);
    if (isTemporary(entry.name) || (below === "" && skipped.includes(entry.name))) continue;
    // The one folder that a server may have elsewhere; its content is no part of the copy.
    const isWal = path === "pg_wal";
    if (entry.isSymlink && !isWal) {
      throw new NodeError(`Cannot copy ${path}: tablespaces are not supported`);
    }
    if (!entry.isDirectory && !isWal) {
      if (path !== last) found.files.push(path);
      continue;
    }
    found.directories.push(path);
    if (below === "" && emptied.includes(entry.name)) continue;
    const inner = await files(root, path);
    found.directories.push(...inner.directories);
    found.files.push(...inner.files);
  }
  return found;
}

/** From where to where, and whose the copy is. */
export interface Copying {
  from: string;
  to: string;
  account: Account;
  signal: AbortSignal;
}

async function copyFile(path: string, { from, to, account, signal }: Copying): Promise<void> {
  signal.throwIfAborted();
  try {
    await Deno.copyFile(join(from, path), join(to, path));
    own(join(to, path), account);
  } catch (error) {
    // A relation dropped, or a WAL segment recycled, while the copy goes on; replay knows.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A few at a time: the server under copy has work to do. */
async function copyFiles(paths: string[], copying: Copying): Promise<void> {
  const queue = paths.values();
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (const path of queue) await copyFile(path, copying);
  }));
}

async function makeDirectories(paths: string[], { to, account }: Copying): Promise<void> {
  const status = ["pg_wal/archive_status", "pg_wal/summaries"];
  for (const path of [...paths, ...status.filter((each) => !paths.includes(each))]) {
    await Deno.mkdir(join(to, path), { recursive: true, mode: 0o700 });
    own(join(to, path), account);
  }
}

/**
 * Keeps the WAL until the session ends. A server without a slot to spare (55000, 53400) is copied as
 * pg_basebackup --no-slot does it: wal_keep_size has to be enough.
 */
async function keepWal(session: Session, signal: AbortSignal): Promise<void> {
  const slot = `pgproof_clone_${crypto.randomUUID().slice(0, 8)}`;
  const sql = "select pg_create_physical_replication_slot($1, true, true)";
  await session.query(sql, [slot], signal).catch((error) => {
    if (!(error instanceof SqlError) || !/^(55000|53400)$/.test(error.code)) throw error;
  });
}

/**
 * Copies a running server's data into the empty directory `to`. It becomes consistent when a server
 * starts on it; it is no standby yet.
 * @throws {SqlError}, {NodeError}
 */
export async function backUp(
  login: Login,
  options: Copying & { major: number },
): Promise<void> {
  const { from, to, account, signal, major } = options;
  await using session = await Session.open({ ...login, applicationName: "pgproof_clone" }, signal);
  const [start, stop] = major < 15
    ? ["pg_start_backup('pgproof', true, false)", "pg_stop_backup(false, false)"]
    : ["pg_backup_start('pgproof', true)", "pg_backup_stop(false)"];
  await keepWal(session, signal);
  await session.query(`select ${start}`, [], signal);
  const data = await files(from);
  await makeDirectories(data.directories, options);
  await copyFiles(data.files, options);
  await copyFile(last, options);
  const stopped = await session.query(`select labelfile from ${stop}`, [], signal);
  const label = String(stopped.rows[0]![0]);
  await Deno.writeTextFile(join(to, "backup_label"), label, { mode: 0o600 });
  own(join(to, "backup_label"), account);
  await copyFiles(await walSince(label, from), options);
}

/**
 * A part of the copy alone, for whoever speaks the protocol step by step: `files` is everything but
 * pg_control and the WAL, into an empty directory; `control` adds these two as they are now.
 * @throws {NodeError}
 */
export async function copyPart(part: BackupPart, copying: Copying): Promise<void> {
  if (part === "files") {
    const data = await files(copying.from);
    await makeDirectories(data.directories, copying);
    return await copyFiles(data.files, copying);
  }
  await copyFile(last, copying);
  const wal: string[] = [];
  for await (const { name, isFile } of Deno.readDir(join(copying.from, "pg_wal"))) {
    if (isFile) wal.push(join("pg_wal", name));
  }
  await copyFiles(wal, copying);
}

/** WAL files from the one where the backup begins; `START WAL LOCATION: 0/2000028 (file 0000...)`. */
async function walSince(label: string, from: string): Promise<string[]> {
  const first = /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)/m.exec(label)?.[1];
  if (!first) throw new NodeError(`Cannot read the backup label: ${label.split("\n")[0]}`);
  const found: string[] = [];
  for await (const { name } of Deno.readDir(join(from, "pg_wal"))) {
    // Without its timeline, the first 8 digits: a segment may lie on either side of a promotion.
    const isSegment = /^[0-9A-F]{24}$/.test(name) && name.slice(8) >= first.slice(8);
    if (isSegment || name.endsWith(".history")) found.push(join("pg_wal", name));
  }
  return found;
}
