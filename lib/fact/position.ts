/**
 * How far a node is in the WAL, and what keeps a replica from going on.
 * Functions: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { formatLsn, parseLsn } from "../sql/lsn.ts";
import { endOfRecord, receivedSql } from "../sql/wal.ts";
import { sleep } from "../time/sleep.ts";
import { showQuantity } from "./quantity.ts";

/** Where one node is, compared with a position it should have reached. */
export interface Position {
  /** In recovery: it replays what others wrote. */
  isStandby: boolean;
  /** End of what it replayed, or wrote when it is a primary; null before the first record. */
  reached: string | null;
  /** End of what it has, see {@link receivedSql}; null on a primary and before it has anything. */
  received: string | null;
  /** `not paused`, `pause requested`, `paused`; null on a primary. */
  pause: string | null;
  /** State of the WAL receiver; null when there is none. */
  receiver: string | null;
  /** What the startup process waits for, `type: event`; only asked when the node is behind. */
  waits: string | null;
  /** Bytes between it and the target; 0 when it is there or beyond. */
  missingBytes: number;
}

/**
 * `pg_is_in_recovery()` is asked once, so that a promotion half-way cannot mix two answers; the
 * startup process is looked up only when the node is behind, to keep a tight poll cheap.
 */
const positionSql = `
  select standby, reached::text, received::text, pause,
    case when standby then (select status from pg_stat_wal_receiver) end,
    case when standby and (reached is null or reached < $1::pg_lsn) then (
      select wait_event_type || ': ' || wait_event from pg_stat_get_activity(null)
      where backend_type = 'startup'
    ) end
  from (
    select standby,
      case when standby then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end as reached,
      case when standby then ${receivedSql} end as received,
      case when standby then pg_get_wal_replay_pause_state() end as pause
    from (select pg_is_in_recovery() as standby offset 0) as role offset 0
  ) as position`;

/** Asks a node how far it is on the way to an LSN. */
export async function positionOf(
  scene: Scene,
  node: Node,
  options: { lsn: string; signal: AbortSignal },
): Promise<Position> {
  const { rows } = await scene.observer.ask(node, positionSql, [options.lsn], options.signal);
  const [isStandby, reached, received, pause, receiver, waits] = rows[0] as [
    boolean,
    ...(string | null)[],
  ];
  const missing = parseLsn(options.lsn) - parseLsn(reached ?? "0/0");
  return {
    isStandby,
    reached: reached ?? null,
    received: received ?? null,
    pause: pause ?? null,
    receiver: receiver ?? null,
    waits: waits ?? null,
    missingBytes: missing > 0n ? Number(missing) : 0,
  };
}

/** XLOG_BLCKSZ: the only places inside a record at which a flush may end. */
const pageBytes = 8192n;

/** How long a replica must wait for more before it counts as done, in milliseconds. */
const stillMs = 100;

/**
 * As {@link positionOf}, for an LSN up to which a primary has flushed. The WAL writer flushes whole
 * pages, so such an LSN may lie inside a record, which no replica can replay before its rest is
 * flushed: with a transaction left open that may take 15 seconds. A replica that has received it all
 * and still waits for more a while later has replayed every whole record: it misses nothing.
 * Source: XLogBackgroundFlush in src/backend/access/transam/xlog.c.
 */
export async function flushedPosition(
  scene: Scene,
  node: Node,
  options: { lsn: string; signal: AbortSignal },
): Promise<Position> {
  const first = await positionOf(scene, node, options);
  if (parseLsn(options.lsn) % pageBytes !== 0n || !isStarved(first, options.lsn)) return first;
  await sleep(stillMs, options.signal);
  const second = await positionOf(scene, node, options);
  const isDone = isStarved(second, options.lsn) && second.reached === first.reached;
  return isDone ? { ...second, missingBytes: 0 } : second;
}

/** It lacks something, and waits for the primary to send it. */
function isStarved({ missingBytes, received, waits }: Position, lsn: string): boolean {
  return missingBytes > 0 && received !== null && parseLsn(received) >= parseLsn(lsn) &&
    waits?.endsWith(": RecoveryWalStream") === true;
}

/** Waits that mean that a query on the replica holds replay back. */
const conflict = /^Lock:|^BufferPin:|: (RecoveryConflict\w+|BufferPin)$/;

/** Why a replica stands still, as far as one look shows; undefined when nothing unusual is seen. */
export function causeOf(position: Position): string | undefined {
  if (!position.isStandby || position.missingBytes === 0) return undefined;
  const { pause, receiver, waits } = position;
  if (pause !== "not paused") return pause === "paused" ? "replay is paused" : pause!;
  if (waits && conflict.test(waits)) return `replay waits for a query on it (${waits})`;
  if (waits?.endsWith(": RecoveryApplyDelay")) return "recovery_min_apply_delay holds replay back";
  if (receiver === null) return "no WAL receiver runs";
  return receiver === "streaming" ? undefined : `its WAL receiver is ${receiver}`;
}

/** `replayed 0/3000148, 184B short of 0/3000200: replay is paused`. */
export function describePosition(position: Position, lsn: string): string {
  const { isStandby, reached, missingBytes } = position;
  const did = isStandby ? "replayed" : "is primary and wrote";
  if (missingBytes === 0) return `${did} ${reached}, which includes ${lsn}`;
  const cause = causeOf(position);
  const short = reached === null
    ? `has replayed nothing on the way to ${lsn}`
    : `${did} ${reached}, ${showQuantity("size", missingBytes)} short of ${lsn}`;
  return cause ? `${short}: ${cause}` : short;
}

/** The live primary and where its WAL ends. */
export interface PrimaryPosition {
  node: Node;
  /** What is flushed, so what replicas can be sent. May end inside a record. */
  flush: string;
  /** End of the last record, flushed or not: includes every acknowledged commit. */
  end: string;
  /** What was visible there just before: `xmin:xmax:xip`. */
  snapshot: string;
}

/** Asks the one live primary; undefined when there is none, or more than one. */
export async function primaryPosition(
  scene: Scene,
  signal: AbortSignal,
): Promise<PrimaryPosition | undefined> {
  const node = await scene.roles.livePrimary(signal);
  if (!node) return undefined;
  const sql = `select pg_current_wal_flush_lsn()::text, pg_current_wal_insert_lsn()::text,
    pg_current_snapshot()::text, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`;
  const askedAt = performance.now();
  const { rows } = await scene.observer.ask(node, sql, [], signal);
  const [flush, insert, snapshot, timeline] = rows[0] as [string, string, string, string];
  const end = endOfRecord(insert);
  scene.walEnds.set(node, { timeline: parseInt(timeline, 16), lsn: end, askedAt });
  return { node, flush, end, snapshot };
}

/** Why there is no live primary to compare with: what every node is now. */
export async function describeRoles(scene: Scene, signal: AbortSignal): Promise<string> {
  return scene.roles.describe(await scene.roles.observe(signal));
}

/** An LSN in its usual form. */
export function normalLsn(text: string): string {
  return formatLsn(parseLsn(text));
}
