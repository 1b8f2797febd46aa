/**
 * `no_lost_writes`: every write that was acknowledged is there. What got no clear answer may be there
 * or not.
 *
 * The ledger is read before any node, so a write that is acknowledged meanwhile is not missed. On a
 * primary a missing write is lost for good; on a replica only once it has replayed all that the
 * primary had written when the ledger was read.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { loadName } from "../scenario/words.ts";
import type { Scene } from "../run/scene.ts";
import { SqlError } from "../sql/session.ts";
import { count, findEach, type Finding, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgedLoad, mayStillCome } from "./ledger.ts";
import { findIds, type IdsFound, rangesOf, showIds } from "./ledger_ids.ts";
import { type Position, positionOf, primaryPosition } from "./position.ts";

/** The fact. */
export const no_lost_writes = defineFact({
  name: "no_lost_writes",
  summary: "Every acknowledged write of a load is on each node",
  words: { of: loadName.describe("the load") },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, words, signal }) {
    const expected = `every acknowledged write of ${words.of}`;
    const judged = judgedLoad(scene, words.of, expected);
    if ("holds" in judged) return judged;
    const { ledger, acknowledged, evidence } = judged;
    const ranges = rangesOf(acknowledged);
    const primary = await primaryPosition(scene, signal);
    const lsn = primary?.end;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const position = await positionOf(scene, node, { lsn: lsn ?? "0/0", signal: limit });
      // A frozen node is known by now; reading a large table may take its time.
      const question = { which: "absent" as const, ledger, ranges, signal };
      const lost = await absentIds(scene, node, { question, position, total: acknowledged.size });
      return findingOf({ position, lost, lsn, total: acknowledged.size });
    });
    return lookOf(findings, expected, [evidence]);
  },
});

/** A replica that has not replayed the table's creation has none of the writes. */
async function absentIds(scene: Scene, node: Node, options: {
  question: Parameters<typeof findIds>[2];
  position: Position;
  total: number;
}): Promise<IdsFound> {
  const undefinedTable = "42P01";
  try {
    return await findIds(scene, node, options.question);
  } catch (error) {
    const isBehind = options.position.isStandby && options.position.missingBytes > 0;
    if (isBehind && error instanceof SqlError && error.code === undefinedTable) {
      return { total: options.total, first: [] };
    }
    throw error;
  }
}

function findingOf(found: {
  position: Position;
  lost: IdsFound;
  lsn: string | undefined;
  total: number;
}): Omit<Finding, "node"> {
  const { position, lost, lsn, total } = found;
  const data = { acknowledged: total, missing: lost.total, first: lost.first, lsn, ...position };
  if (lost.total === 0) {
    return { holds: true, code: "", seen: `has all ${total}`, kind: "ledger", data };
  }
  const ids = lost.first.length > 0 ? `: ${showIds(lost.first, lost.total)}` : "";
  const seen = `lacks ${lost.total} of ${count(total, "acknowledged write")}${ids}`;
  const why = mayStillCome(position, lsn);
  return why === undefined
    ? { holds: false, final: true, code: "LostWrites", seen, kind: "ledger", data }
    : { holds: false, code: "NotReplayed", seen: `${seen} (${why})`, kind: "ledger", data };
}
