/**
 * `corrupt_page`: a bit of the first row of a table flips on the disk of one node, as bad hardware
 * does it. The page is written by a checkpoint first, and the server ends at once after the flip, so
 * that neither its buffers nor its shutdown can write the good page over it.
 *
 *     page: header 24 bytes │ line pointers of 4 bytes ──> │ free │ <── rows
 *
 * Source: https://www.postgresql.org/docs/current/storage-page-layout.html
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { lookUntil } from "../sql/look_until.ts";
import { SqlError } from "../sql/session.ts";
import { defineFault, FaultError } from "./kind.ts";
import { bringBack, mustRun } from "./proof.ts";

const pageBytes = 8192;
const headerBytes = 24;
/** How long a replica may take to replay its primary's last checkpoint, in milliseconds. */
const replayMs = 10_000;
/** `lp_flags` of a line pointer that has a row: src/include/storage/itemid.h */
const normal = 1;

/** The fault. */
export const corrupt_page = defineFault({
  name: "corrupt_page",
  summary: "A bit of a table's first row flips on disk; checksums, where they are on, see it",
  words: { table: z.string().min(1).describe("the table, with rows") },
  requires: [],
  silences: true,
  async inject(scene, node, { table }, signal) {
    await mustRun(node, "corrupt a page of");
    const path = await pathOf(scene, node, { table, signal });
    await writePages(scene, node, signal);
    const good = await read(scene, node, { path, signal });
    const at = lastByteOfFirstRow(good);
    if (at === undefined) {
      throw new FaultError(`Cannot corrupt ${table} on ${node.name}: its first page has no row`);
    }
    const byte = { path, at, from: good[at]!, to: good[at]! ^ 1 };
    await flip(node, { ...byte, signal });
    await node.stop("immediate", signal);
    await node.start(signal);
    const found = await read(scene, node, { path, signal });
    if (found[at] !== byte.to) {
      throw new FaultError(
        `${table} on ${node.name} was corrupted, but recovery has written the good page back`,
      );
    }
    return {
      proof:
        `byte ${at} of ${path} on ${node.name} is ${hex(byte.to)}, it was ${hex(byte.from)}; ` +
        await reading(scene, node, { table, signal }),
      heal: (limit) => repair(scene, node, { ...byte, table, signal: limit }),
    };
  },
});

const checkpointed = "select redo_lsn::text from pg_control_checkpoint()";

/**
 * Writes the pages, or the good one would still be in memory only, and be written over the flipped
 * one. A replica can do so up to the last checkpoint of its primary that it has replayed, and its
 * recovery writes again what came later; so it gets the time to replay that.
 * Source: https://www.postgresql.org/docs/current/wal-configuration.html, on restartpoints
 */
async function writePages(scene: Scene, node: Node, signal: AbortSignal): Promise<void> {
  await scene.observer.ask(node, "checkpoint", [], signal);
  if (!await scene.observer.value(node, "select pg_is_in_recovery()", signal)) return;
  const [primary] = await scene.roles.find("primary", signal);
  const wanted = await scene.observer.value(primary!, checkpointed, signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(replayMs)]);
  await lookUntil(async () => {
    await scene.observer.ask(node, "checkpoint", [], limit);
    const sql = `select redo_lsn >= '${wanted}', redo_lsn::text from pg_control_checkpoint()`;
    const [isThere, redo] = (await scene.observer.ask(node, sql, [], limit)).rows[0]!;
    return isThere ? { done: undefined } : { seen: `its last restartpoint is at ${redo}` };
  }, {
    everyMs: 50,
    signal: limit,
    gaveUp: ({ seen }) =>
      new FaultError(
        `Cannot write the pages of ${node.name} up to the checkpoint of its primary at ${wanted}: ` +
          seen,
      ),
  });
}

/** One byte of a file of the data directory. */
interface Byte {
  path: string;
  at: number;
  from: number;
  to: number;
  signal: AbortSignal;
}

async function pathOf(
  scene: Scene,
  node: Node,
  { table, signal }: { table: string; signal: AbortSignal },
): Promise<string> {
  const sql = "select pg_relation_filepath(to_regclass($1))";
  const [row] = (await scene.observer.ask(node, sql, [table], signal)).rows;
  if (typeof row?.[0] === "string") return row[0];
  throw new FaultError(
    `Cannot corrupt ${table} on ${node.name}: there is no such table with a file`,
  );
}

/** The first page, from the file and not from the buffers; empty when there is none. */
async function read(
  scene: Scene,
  node: Node,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<Uint8Array> {
  const sql = "select encode(pg_read_binary_file($1, 0, $2, true), 'hex')";
  const { rows } = await scene.observer.ask(node, sql, [path, pageBytes], signal);
  return Uint8Array.fromHex(String(rows[0]![0] ?? ""));
}

/** Of the first line pointer that has a row: it belongs to a value, whatever the columns are. */
function lastByteOfFirstRow(page: Uint8Array): number | undefined {
  if (page.length < pageBytes) return undefined;
  const view = new DataView(page.buffer, page.byteOffset);
  const end = view.getUint16(12, true);
  for (let at = headerBytes; at < end; at += 4) {
    const pointer = view.getUint32(at, true);
    const [offset, flags, length] = [pointer & 0x7fff, (pointer >>> 15) & 3, pointer >>> 17];
    if (flags === normal) return offset + length - 1;
  }
  return undefined;
}

async function flip(node: Node, byte: Byte): Promise<void> {
  if (!node.exec) throw new FaultError(`Cannot reach the files of ${node.name} on this target`);
  const script = `printf "\\\\$2" | dd of="$PGDATA/$0" bs=1 seek="$1" conv=notrunc 2>&1`;
  const octal = byte.to.toString(8).padStart(3, "0");
  const command = ["sh", "-c", script, byte.path, String(byte.at), octal];
  const { status, output } = await node.exec(command, byte.signal);
  if (status !== 0) throw new FaultError(`Cannot write ${byte.path} of ${node.name}: ${output}`);
}

/** Reads every page that has rows. */
async function readRows(
  scene: Scene,
  node: Node,
  { table, signal }: { table: string; signal: AbortSignal },
): Promise<void> {
  const name = table.split(".").map(quoteIdentifier).join(".");
  await scene.observer.value(node, `select count(*) from ${name}`, signal);
}

/** What the server says when it reads the table. */
async function reading(
  scene: Scene,
  node: Node,
  { table, signal }: { table: string; signal: AbortSignal },
): Promise<string> {
  const hasChecksums = await scene.observer.value(node, "show data_checksums", signal) === "on";
  try {
    await readRows(scene, node, { table, signal });
  } catch (error) {
    if (error instanceof SqlError && error.code.startsWith("XX")) return `it says ${error.message}`;
    throw error;
  }
  if (!hasChecksums) return "it has no checksums and reads the page as if it were good";
  throw new FaultError(`${node.name} has checksums, but reads a page of ${table} that is corrupt`);
}

async function repair(scene: Scene, node: Node, byte: Byte & { table: string }): Promise<string> {
  const { path, at, from, to, table, signal } = byte;
  const back = await node.state() === "running" ? "" : `${await bringBack(node, signal)}; `;
  const now = await read(scene, node, { path, signal });
  if (now[at] !== to) return `${back}the page of ${table} on ${node.name} was replaced`;
  await flip(node, { ...byte, to: from });
  await node.stop("immediate", signal);
  await node.start(signal);
  const good = await read(scene, node, { path, signal });
  if (good[at] !== from) throw new FaultError(`Byte ${at} of ${path} is still ${hex(good[at]!)}`);
  await readRows(scene, node, { table, signal });
  return `${back}byte ${at} of ${path} on ${node.name} is ${hex(from)} again, ${table} is readable`;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
