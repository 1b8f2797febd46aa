/**
 * `archived`: a WAL segment is in the archive, byte for byte as the server wrote it: the segment that
 * holds the scenario's last write, an LSN, or a named one. That the server believes to have archived
 * it is only told: an archive_command that does nothing and succeeds is believed too.
 *
 * The copy is compared by SHA-256 with what is in pg_wal, of the server itself or of another node
 * that received it. When nobody has the original any more there is nothing to compare with.
 * Source: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { ref } from "../scenario/words.ts";
import { parseLsn } from "../sql/lsn.ts";
import { SqlError } from "../sql/session.ts";
import { receivedSql } from "../sql/wal.ts";
import { findEach, type Finding, lookOf, undecidable, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** A segment's name: timeline, and the upper and lower part of its number, in hexadecimal. */
const segmentName = /^[0-9A-F]{24}$/;

/** The fact. */
export const archived = defineFact({
  name: "archived",
  summary: "The WAL segment with the last write, an LSN or a name is in the archive, byte for byte",
  words: {
    of: z.union([ref, z.string().regex(segmentName)]).optional()
      .describe("the segment's name, like 000000010000000000000003"),
    lsn: z.union([ref, z.string()]).optional().describe("default: the last write's LSN"),
    folder: z.string().optional()
      .describe("the archive as the servers see it; default the one of cluster: archive"),
  },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "primary",
  async look(scene, { nodes, words, signal }) {
    const folder = words.folder ?? scene.cluster.archive;
    const lsn = words.lsn ?? scene.lastWrite?.lsn;
    const wanted = words.of ?? (lsn === undefined ? undefined : `the segment of ${lsn}`);
    if (wanted === undefined) {
      return unseen("NoWrite", "the last write archived", "the scenario has written nothing yet");
    }
    const expected = `${wanted} in the archive, byte for byte`;
    if (folder === undefined) {
      const seen = "no archive: write cluster: { archive: true }, or name its folder";
      return undecidable("NoArchive", expected, seen);
    }
    if (words.of === undefined && !/^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/.test(String(lsn))) {
      return undecidable("NoLsn", expected, `${JSON.stringify(lsn)} is not an LSN`);
    }
    if (words.of !== undefined && !segmentName.test(String(words.of))) {
      return undecidable("NoSegment", expected, `${words.of} is not the name of a segment`);
    }
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const place = await placeOf(scene, node, limit);
      const segment = words.of ? String(words.of) : segmentOf(parseLsn(String(lsn)), place);
      return await lookAt(scene, node, { segment, folder, place, signal: limit });
    });
    return lookOf(findings, expected);
  },
});

/** Where a server writes or receives. */
interface Place {
  isStandby: boolean;
  timeline: number | null;
  segmentBytes: bigint;
  /** The segment a primary writes now. */
  current: string | null;
}

const placeSql = `
  select standby,
    case when standby then (select received_tli from pg_stat_wal_receiver)
      else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end,
    (select setting from pg_settings where name = 'wal_segment_size'),
    case when not standby then pg_walfile_name(pg_current_wal_insert_lsn()) end
  from (select pg_is_in_recovery() as standby offset 0) as role`;

async function placeOf(scene: Scene, node: Node, signal: AbortSignal): Promise<Place> {
  const [row] = (await scene.observer.ask(node, placeSql, [], signal)).rows;
  const [isStandby, timeline, bytes, current] = row as [
    boolean,
    number | null,
    string,
    string | null,
  ];
  return { isStandby, timeline, segmentBytes: BigInt(bytes), current };
}

/**
 * The segment that holds the last byte before an LSN, on a server's timeline (1 where it cannot say).
 * Source: XLByteToPrevSeg and XLogFileName in src/include/access/xlog_internal.h.
 */
function segmentOf(lsn: bigint, { timeline, segmentBytes }: Place): string {
  const number = (lsn - 1n) / segmentBytes;
  const perFile = 0x1_0000_0000n / segmentBytes;
  const parts = [BigInt(timeline ?? 1), number / perFile, number % perFile];
  return parts.map((part) => part.toString(16).toUpperCase().padStart(8, "0")).join("");
}

/** Size and SHA-256 of a file as the server reads it; no row when it is not there. */
const fileSql = `
  select size::float8, encode(sha256(pg_read_binary_file($1, 0, size, true)), 'hex')
  from pg_stat_file($1, true) where size is not null`;

const archiverSql = `
  select last_archived_wal, failed_count::float8, last_failed_wal,
    (pg_stat_file('pg_wal/archive_status/' || $1 || '.done', true)).size is not null
  from pg_stat_archiver`;

async function lookAt(scene: Scene, node: Node, about: {
  segment: string;
  folder: string;
  place: Place;
  signal: AbortSignal;
}): Promise<Omit<Finding, "node">> {
  const { segment, folder, place, signal } = about;
  const found = (holds: boolean | undefined, code: string, seen: string, data = {}) => ({
    ...{ holds, code, seen, kind: "archive", data: { segment, ...data } },
  });
  const isOpen = place.current?.slice(0, 8) === segment.slice(0, 8) && segment >= place.current;
  if (isOpen) {
    const seen = `still writes ${segment}: "do: switch_wal" closes it`;
    return found(false, "StillOpen", seen);
  }
  // Asked first: what it says it has done must be there afterwards.
  const [row] = (await scene.observer.ask(node, archiverSql, [segment], signal)).rows;
  const copy = await fileOf(scene, node, { path: `${folder}/${segment}`, signal });
  if (!copy) {
    const [last, failures, failed, isDone] = row as [string | null, number, string | null, boolean];
    const data = { last, failures, failed, isDone };
    if (isDone) {
      const seen = `takes ${segment} for archived, but the archive has no such file`;
      return { ...found(false, "NotInArchive", seen, data), final: true };
    }
    const why = failures > 0 ? `; archiving failed ${failures} times, last of ${failed}` : "";
    const seen = `has not archived ${segment}, the last it did is ${last ?? "none"}${why}`;
    return found(false, "NotArchived", seen, data);
  }
  const original = await originalOf(scene, node, { segment, signal });
  if (!original) {
    const seen = `${segment} is in the archive, but no pg_wal has it any more to compare it with`;
    return found(undefined, "NothingToCompare", seen, { copy });
  }
  const data = { copy, original };
  if (copy.hash === original.hash) {
    const seen = `${segment} is in the archive as ${original.node} has it, SHA-256 ${copy.hash}`;
    return found(true, "", seen, data);
  }
  const sizes = `${copy.bytes} bytes there, ${original.bytes} on ${original.node}`;
  const isShort = copy.bytes < original.bytes;
  const what = isShort ? "is not whole" : "has other bytes";
  // A copy under way may still grow; one of full length does not change any more.
  const seen = `${segment} ${what} in the archive: ${sizes}`;
  return { ...found(false, "OtherBytes", seen, data), ...(isShort ? {} : { final: true }) };
}

interface File {
  bytes: number;
  hash: string;
}

async function fileOf(
  scene: Scene,
  node: Node,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<File | undefined> {
  const [row] = (await scene.observer.ask(node, fileSql, [path], signal)).rows;
  return row && { bytes: row[0] as number, hash: row[1] as string };
}

/** The original: the server's own, else one that a replica received. */
async function originalOf(
  scene: Scene,
  node: Node,
  { segment, signal }: { segment: string; signal: AbortSignal },
): Promise<File & { node: string } | undefined> {
  const others = scene.cluster.nodes.filter((other) => other !== node);
  for (const owner of [node, ...others]) {
    try {
      if (!await isWhole(scene, owner, { segment, signal })) continue;
      const file = await fileOf(scene, owner, { path: `pg_wal/${segment}`, signal });
      if (file) return { ...file, node: owner.name };
    } catch (error) {
      if (owner === node || !(error instanceof SqlError)) throw error;
    }
  }
  return undefined;
}

/** True unless a node is a replica that may have received only a part of a segment. */
async function isWhole(
  scene: Scene,
  node: Node,
  { segment, signal }: { segment: string; signal: AbortSignal },
): Promise<boolean> {
  const place = await placeOf(scene, node, signal);
  if (!place.isStandby) return true;
  const received = await scene.observer.value(
    node,
    `select ${receivedSql}::text`,
    signal,
  );
  return typeof received === "string" && segment < segmentOf(parseLsn(received) + 1n, place);
}
