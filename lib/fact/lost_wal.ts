/**
 * How much WAL the history of a promoted node has left behind: from where its timeline branches off
 * to where the WAL of its parent timeline ended. A primary that is gone cannot be asked any more;
 * then it is what the harness has seen of it while it lived, which is all of it only when nothing
 * was written after.
 * Source: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene, WalEnd } from "../run/scene.ts";
import { parseLsn } from "../sql/lsn.ts";
import { SqlError } from "../sql/session.ts";
import { endOfRecord } from "../sql/wal.ts";
import { absent, answerMs } from "./finding.ts";
import { showQuantity } from "./quantity.ts";

/** What is known of the WAL that was left behind. */
export interface LostWal {
  /** Undefined: nothing is known. */
  bytes?: number;
  /** False: there may be more. */
  isWhole: boolean;
  /** One line for people. */
  text: string;
}

const historySql = `
  select pg_read_file('pg_wal/' || timeline || '.history', 0, 1000000, true)
  from (select left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as timeline) as own`;

const endSql = `
  select left(pg_walfile_name(at), 8), at::text
  from (select pg_current_wal_insert_lsn() as at where not pg_is_in_recovery() offset 0) as own`;

/**
 * What a node's history left behind; `writtenBy` is when the last write that is lost was
 * acknowledged, on the clock of `performance.now()`.
 */
export async function lostWal(
  scene: Scene,
  node: Node,
  { writtenBy, signal }: { writtenBy: number; signal: AbortSignal },
): Promise<LostWal> {
  let history: string | null;
  try {
    history = await scene.observer.value(node, historySql, signal) as string | null;
  } catch (error) {
    const { seen } = absent(node, error, signal);
    return { isWhole: false, text: `its timeline history cannot be read: ${seen}` };
  }
  const parent = parentOf(history ?? "");
  if (!parent) return { isWhole: false, text: "its history branches off no other timeline" };
  await noteLiveEnds(scene, node, signal);
  const end = latest(
    [...scene.walEnds].filter(([other, { timeline }]) =>
      other !== node && timeline === parent.timeline
    ),
  );
  if (!end) {
    const text = `nobody has seen where the WAL of timeline ${parent.timeline} ended`;
    return { isWhole: false, text };
  }
  const [other, { lsn, askedAt }] = end;
  const bytes = Number(parseLsn(lsn) - parseLsn(parent.lsn));
  const isWhole = askedAt >= writtenBy;
  if (bytes <= 0) {
    const text = `how much WAL is not known: ${other.name} was last seen before it parted`;
    return { isWhole: false, text };
  }
  const text = `${isWhole ? "" : "at least "}${showQuantity("size", bytes)} of WAL, from ` +
    `${parent.lsn} to ${lsn} as last seen of ${other.name}`;
  return { bytes, isWhole, text };
}

/** The last line of a history file: parent timeline, where this one branches off, why. */
function parentOf(history: string): { timeline: number; lsn: string } | undefined {
  const lines = history.split("\n").filter((line) => /^\s*\d+\s+\S+\/\S+/.test(line));
  const [timeline, lsn] = lines.at(-1)?.trim().split(/\s+/) ?? [];
  return lsn === undefined ? undefined : { timeline: Number(timeline), lsn };
}

/** Old primaries may live on, cut off or come back: they say it best. */
async function noteLiveEnds(scene: Scene, node: Node, signal: AbortSignal): Promise<void> {
  const others = scene.cluster.nodes.filter((other) => other !== node);
  await Promise.all(others.map((other) => noteWalEnd(scene, other, signal)));
}

/** Notes where the WAL of a node ends now, if it is a primary that answers. */
export async function noteWalEnd(scene: Scene, node: Node, signal: AbortSignal): Promise<void> {
  const askedAt = performance.now();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  try {
    const [row] = (await scene.observer.ask(node, endSql, [], limit)).rows;
    if (!row) return;
    const [timeline, lsn] = row as [string, string];
    const end = { timeline: parseInt(timeline, 16), lsn: endOfRecord(lsn), askedAt };
    scene.walEnds.set(node, end);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SqlError) && error !== limit.reason) throw error;
  }
}

function latest(ends: [Node, WalEnd][]): [Node, WalEnd] | undefined {
  return ends.reduce<[Node, WalEnd] | undefined>(
    (a, b) => a && parseLsn(a[1].lsn) >= parseLsn(b[1].lsn) ? a : b,
    undefined,
  );
}
