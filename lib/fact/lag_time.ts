/**
 * `lag_time`: how old a node's answers are, on the harness's own clock. Nothing is written and no
 * server clock is read.
 *
 * Each look notes the primary's flush LSN and the time. A node that has not replayed a noted LSN is
 * at least as old as that note; one that has is at most as old as its newest note. The look watches
 * a node until it has replayed the LSN of this look, or its age so far decides the comparison, or
 * `watchMs` are over. Notes outlive the look, so the lag of a replica that stands still grows from
 * look to look.
 *
 *     primary   note A ─── note B ─── note C (this look) ──────┐
 *     replica   has A, not B:  now - B <= lag <= now - A       └ replayed: lag <= now - C
 *
 * A cluster without writes has no lag, however long it is quiet. What `measure` keeps is 0 when the
 * first answer had it all, the upper bound when it caught up while watched, else the lower bound.
 *
 * @module
 */
import type { Cluster, Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import type { Comparison } from "../scenario/model.ts";
import { parseLsn } from "../sql/lsn.ts";
import { sleep } from "../time/sleep.ts";
import { findEach, type Finding, lookOf, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { Notes } from "./lag_notes.ts";
import {
  causeOf,
  describeRoles,
  flushedPosition,
  type Position,
  primaryPosition,
} from "./position.ts";
import { judgeBetween, quantityWords, showQuantity } from "./quantity.ts";

/** How long one look watches a replica that stays behind, in milliseconds; less than `answerMs`. */
const watchMs = 2000;

/** Pauses between the questions of one look, in milliseconds: the resolution of the value. */
const pauseMs = { first: 1, last: 20 };

/** The notes of each cluster: an invariant's looks share them with those of steps. */
const notesOf = new WeakMap<Cluster, Notes>();

/** The fact. */
export const lag_time = defineFact({
  name: "lag_time",
  summary: "How old each node's answers are: time since the primary had what the node has not",
  words: {},
  comparisons: quantityWords,
  needsComparison: true,
  operand: "duration",
  defaultNode: "replicas",
  async look(scene, { nodes, compare, signal }) {
    const { expected } = judgeBetween(compare, { low: 0, high: 0 }, "duration");
    const askedAt = performance.now();
    const primary = await primaryPosition(scene, signal);
    if (!primary) return unseen("NoPrimary", expected, await describeRoles(scene, signal));
    const notes = notesOf.get(scene.cluster) ?? new Notes();
    notesOf.set(scene.cluster, notes);
    const note = { lsn: parseLsn(primary.flush), from: askedAt, to: performance.now() };
    notes.add(primary.node.name, note);
    const findings = await findEach(
      nodes,
      signal,
      (node, limit) => watch(scene, node, { notes, compare, lsn: primary.flush, signal: limit }),
    );
    return lookOf(findings, expected);
  },
});

/** Watches one node until its lag is known well enough. */
async function watch(
  scene: Scene,
  node: Node,
  options: { notes: Notes; compare: Comparison; lsn: string; signal: AbortSignal },
): Promise<Omit<Finding, "node">> {
  const { notes, compare, lsn, signal } = options;
  const startedAt = performance.now();
  let behindSince: number | undefined;
  for (let pause = pauseMs.first;; pause = Math.min(pauseMs.last, pause * 1.5)) {
    const sentAt = performance.now();
    const position = await flushedPosition(scene, node, { lsn, signal });
    const now = performance.now();
    const reached = position.reached === null ? 0n : parseLsn(position.reached);
    const isThere = position.missingBytes === 0;
    const bounds = isThere
      ? notes.delay(lsn, { unseenAt: behindSince, seenAt: now })
      : notes.age(reached, { sentAt, now });
    // What the lower bound decides stays so; an upper bound only stands in for a value not yet known.
    const settled = judgeBetween(compare, { low: bounds.low, high: Infinity }, "duration").holds;
    if (isThere || settled !== undefined || now - startedAt > watchMs) {
      const { holds } = judgeBetween(compare, bounds, "duration");
      return findingOf({ bounds, holds, isThere, position, lsn });
    }
    behindSince = sentAt;
    await sleep(pause, signal);
  }
}

function findingOf(found: {
  bounds: { low: number; high: number };
  holds: boolean | undefined;
  isThere: boolean;
  position: Position;
  lsn: string;
}): Omit<Finding, "node"> {
  const { bounds, holds, isThere, position, lsn } = found;
  const { low, high } = bounds;
  const [least, most] = [low, high].map((ms) => showQuantity("duration", ms));
  const cause = causeOf(position);
  const seen = isThere
    ? low === 0 ? `is current (to ${most})` : `lags by ${least} to ${most}`
    : `lags by at least ${least}` + (cause ? `: ${cause}` : "");
  return {
    holds,
    code: holds === undefined ? "LagUndecided" : "Lag",
    seen,
    kind: "lag",
    data: { lsn, lowMs: low, highMs: Number.isFinite(high) ? high : null, ...position },
    measured: [{ unit: "ms", value: isThere && low > 0 ? high : low }],
  };
}
