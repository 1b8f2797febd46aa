/**
 * `data_loss`: what a node that took over lacks of what a load was told is safe: the writes, by
 * number; the time in which they were acknowledged, which is compared; the WAL, where it is known.
 * An RPO, measured.
 *
 * The time runs from the last acknowledged write that the node has to the last one that it lacks.
 * Writes without a clear answer are no loss, there or not; how many of them are there is told. On a
 * replica that has not replayed everything what is missing may still come: that is not seen.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { RunningLoad } from "../load/model.ts";
import type { Scene } from "../run/scene.ts";
import { loadName } from "../scenario/words.ts";
import { disturbancesOf } from "./disturbance.ts";
import { count, findEach, type Finding, lookOf, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { type Judged, judgedLoad, mayStillCome } from "./ledger.ts";
import {
  findIds,
  findMissing,
  isInRanges,
  type Missing,
  rangesOf,
  showRanges,
} from "./ledger_ids.ts";
import { type LostWal, lostWal } from "./lost_wal.ts";
import { positionOf, primaryPosition } from "./position.ts";
import { judgeQuantity, quantityWords, showQuantity } from "./quantity.ts";

/** How many ranges of numbers a line names; the evidence has all. */
const rangesShown = 10;

/** The fact. */
export const data_loss = defineFact({
  name: "data_loss",
  summary: "How long a time of a load's acknowledged writes is missing on each node",
  words: { of: loadName.describe("the load") },
  comparisons: quantityWords,
  needsComparison: true,
  operand: "duration",
  defaultNode: "primary",
  async look(scene, { nodes, words, compare, signal }) {
    const loss = judgeQuantity(compare, 0, "duration").expected;
    const expected = `a loss of acknowledged writes of ${words.of} of ${loss}`;
    const asked = judgedLoad(scene, words.of, expected);
    if ("holds" in asked) return asked;
    const { load, evidence } = asked;
    if (disturbancesOf(scene, load, "since").length === 0) {
      const seen = `nothing was done to the cluster since ${words.of} began`;
      return unseen("NothingDisturbed", expected, seen);
    }
    const lsn = (await primaryPosition(scene, signal))?.end;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const position = await positionOf(scene, node, { lsn: lsn ?? "0/0", signal: limit });
      // A frozen node is known by now; reading a large table may take its time.
      const lost = await lossOn(scene, node, { asked, signal });
      const data = { load: words.of, ...lost, ...position };
      const seen = describe(lost);
      const found = { kind: "ledger", data };
      const why = lost.missing > 0 ? mayStillCome(position, lsn) : undefined;
      if (why) return { ...found, holds: undefined, code: "NotReplayed", seen: `${seen} (${why})` };
      return {
        ...found,
        holds: judgeQuantity(compare, lost.ms, "duration").holds,
        code: lost.missing === 0 ? "NothingLost" : "DataLoss",
        seen,
        measured: measuredOf(lost),
      };
    });
    return lookOf(findings, expected, [evidence]);
  },
});

/** What one node lacks. */
interface Loss {
  acknowledged: number;
  missing: number;
  ms: number;
  /** Every number that is missing, `7 to 9`; cut when there are very many holes. */
  ids: string[];
  isWhole: boolean;
  /** Writes that got no clear answer, and how many of them are there. */
  unknown: number;
  unknownThere: number;
  wal: LostWal;
}

async function lossOn(scene: Scene, node: Node, on: {
  asked: Judged;
  signal: AbortSignal;
}): Promise<Loss> {
  const { asked: { load, ledger, acknowledged }, signal } = on;
  const question = { ledger, signal };
  const ranges = rangesOf(acknowledged);
  const missing = await findMissing(scene, node, { ...question, ranges });
  const unsure = load.ledger.ids("unknown");
  const there = await findIds(scene, node, {
    ...question,
    which: "present",
    ranges: rangesOf(unsure),
  });
  const time = timeOf(load, acknowledged, missing);
  const wal = missing.total === 0
    ? { bytes: 0, isWhole: true, text: "no WAL that matters" }
    : await lostWal(scene, node, { writtenBy: time.to, signal });
  return {
    acknowledged: acknowledged.size,
    missing: missing.total,
    ms: time.to - time.from,
    ids: showRanges(missing),
    isWhole: missing.isWhole,
    unknown: unsure.size,
    unknownThere: there.total,
    wal,
  };
}

/** From the last write that is there, or the first lost one's beginning, to the last that is lost. */
function timeOf(load: RunningLoad, asked: ReadonlySet<number>, missing: Missing) {
  const answered = load.ledger.operations.filter(({ n, fate }) =>
    fate === "acknowledged" && asked.has(n)
  );
  const isLost = ({ n }: { n: number }) => isInRanges(n, missing);
  const first = answered.findIndex(isLost);
  if (first < 0) return { from: 0, to: 0 };
  const from = answered[first - 1]?.endedAt ?? answered[first]!.sentAt;
  return { from, to: answered.findLast(isLost)!.endedAt };
}

function describe(loss: Loss): string {
  const { acknowledged, missing, ids, isWhole, ms, unknown, unknownThere, wal } = loss;
  const unsure = unknown === 0
    ? ""
    : `; of ${count(unknown, "write")} without an answer it has ${unknownThere}`;
  if (missing === 0) {
    return `has all ${acknowledged} acknowledged writes, nothing kept them from arriving${unsure}`;
  }
  const shown = ids.slice(0, rangesShown).join(", ");
  const more = ids.length > rangesShown || !isWhole ? ", ..." : "";
  return `lacks ${missing} of ${count(acknowledged, "acknowledged write")}, those of ` +
    `${showQuantity("duration", ms)}: ${shown}${more}; ${wal.text}${unsure}`;
}

/** WAL only where all of it was seen: less than what was lost would be a wrong number. */
function measuredOf({ missing, ms, wal }: Loss): NonNullable<Finding["measured"]> {
  return [
    { unit: "ms", value: ms },
    { unit: "count", value: missing },
    ...(wal.isWhole && wal.bytes !== undefined
      ? [{ unit: "bytes" as const, value: wal.bytes }]
      : []),
  ];
}
