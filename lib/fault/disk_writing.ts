/**
 * Writing that shows whether a server has space: nothing of it is left behind.
 *
 * @module
 */
import type { DiskPart } from "../cluster/disk.ts";
import type { LogMark, Node } from "../cluster/model.ts";
import { followed } from "../link/followed.ts";
import type { Scene } from "../run/scene.ts";
import { SqlError } from "../sql/session.ts";
import { FaultError } from "./kind.ts";
import { eventually } from "./proof.ts";

/** How long a server may take to notice, or to come back, in milliseconds. */
const noticeMs = 10_000;

/** How long to wait for a replica to meet one more segment of WAL, in milliseconds. */
const segmentMs = 1000;

/** As many segments as the file system holds, and one. */
const segmentsMax = 17;

/**
 * 2 MB of pages, in files of a table and in WAL, so that replicas meet it too: taken back before it
 * commits, and without a wait for the replica that cannot follow.
 */
const pagesSql = `do $do$ begin
    perform set_config('synchronous_commit', 'local', true);
    begin
      create table pgproof_disk as
        select repeat(md5(n::text), 30) as words from generate_series(1, 2000) n;
      raise exception using errcode = 'ZZ999';
    exception when sqlstate 'ZZ999' then null;
    end;
  end $do$`;

/** The next write is in the next segment; a record of its own, or there would be nothing to switch. */
const segmentSql = `select pg_logical_emit_message(false, 'pgproof', 'segment'), pg_switch_wal()`;

/** A disk that is full, and what shows it. */
export interface Full {
  node: Node;
  disk: DiskPart;
  isReplica: boolean;
  log: LogMark;
  /** What the server's log must say since then. */
  said: RegExp;
  signal: AbortSignal;
}

/** Looks until it is so; false when it never was. */
export function until(look: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  return eventually(look, (seen) => seen, { ms: noticeMs, signal });
}

/**
 * Writes until the server's log says that it has no space; returns the line.
 * @throws {FaultError} when it never does.
 */
export async function writeUntilFull(scene: Scene, full: Full): Promise<string> {
  const { node, disk, isReplica, said, log, signal } = full;
  const writer = isReplica ? await scene.roles.livePrimary(signal) : node;
  if (!writer) throw new FaultError("no primary answers: nothing can be written for a replica");
  const look = async () => (await node.readLog(log)).find((line) => said.test(line));
  const seen = (ms: number) => eventually(look, (line) => line !== undefined, { ms, signal });
  let line: string | undefined;
  if (disk === "data") {
    await write(scene, writer, { sql: pagesSql, full });
    line = await seen(noticeMs);
  } else {
    for (let count = 0; count < segmentsMax && line === undefined; count++) {
      await write(scene, writer, { sql: segmentSql, full });
      line = isReplica ? await seen(segmentMs) : await look();
    }
    line ??= await seen(noticeMs);
  }
  if (line !== undefined) return line;
  const where = `${node.name}'s ${disk}`;
  throw new FaultError(`the disk of ${where} was filled, but its log says nothing of it`);
}

/** A primary that has no space says so, or is gone in the middle. */
async function write(
  scene: Scene,
  writer: Node,
  { sql, full }: { sql: string; full: Full },
): Promise<void> {
  try {
    await scene.observer.ask(writer, sql, [], full.signal);
  } catch (error) {
    const isFull = error instanceof SqlError && (error.code === "53100" || error.isAbsence);
    if (writer !== full.node || !isFull || full.signal.aborted) throw error;
  }
}

/**
 * Waits until a server writes again, or a replica streams again; returns what shows it.
 * @throws {FaultError} when it does not.
 */
export async function storesAgain(
  scene: Scene,
  node: Node,
  { disk, signal }: { disk: DiskPart; signal: AbortSignal },
): Promise<string> {
  const { observer } = scene;
  if (!await observer.value(node, "select pg_is_in_recovery()", signal)) {
    await observer.ask(node, disk === "data" ? pagesSql : segmentSql, [], signal);
    return `${node.name} writes again`;
  }
  const now = await eventually(
    () => followed(scene, node, signal),
    ({ status }) => status === "streaming",
    { ms: noticeMs, signal },
  );
  if (now.status === "streaming") return `${node.name} streams again`;
  const { upstream } = now;
  if (!upstream) return `${node.name} answers, it has no upstream in the cluster`;
  const state = await upstream.state();
  if (state !== "running") return `${node.name} answers, its upstream ${upstream.name} is ${state}`;
  throw new FaultError(`${node.name} has space again, but does not stream from ${upstream.name}`);
}
