/**
 * `lost_writes`: how many acknowledged writes of a load are missing on each node, for a loss that is
 * expected: `is: all` says that exactly these are gone, each by its number.
 *
 * On a replica that has not replayed everything what is missing may still come: that is not seen.
 *
 * @module
 */
import { loadName } from "../scenario/words.ts";
import { judge } from "./compare.ts";
import { count, findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgedLoad, mayStillCome } from "./ledger.ts";
import { findIds, rangesOf, showIds } from "./ledger_ids.ts";
import { positionOf, primaryPosition } from "./position.ts";

/** Every acknowledged write is missing. */
const every = "all";

/** The fact. */
export const lost_writes = defineFact({
  name: "lost_writes",
  summary: "How many acknowledged writes of a load are missing on each node; all is every one",
  words: { of: loadName.describe("the load") },
  comparisons: ["is", "not", "below", "above", "at_most", "at_least"],
  needsComparison: true,
  operand: "value",
  defaultNode: "primary",
  async look(scene, { nodes, words, compare, signal }) {
    const asked = judgedLoad(scene, words.of, `a loss of writes of ${words.of}`);
    if ("holds" in asked) return asked;
    const { ledger, acknowledged, evidence } = asked;
    const total = acknowledged.size;
    const ranges = rangesOf(acknowledged);
    const exact = Object.fromEntries(
      Object.entries(compare).map(([word, wanted]) => [word, wanted === every ? total : wanted]),
    );
    const expected = `lost of ${count(total, "acknowledged write")} of ${words.of}: ` +
      judge(exact, 0).expected;
    const lsn = (await primaryPosition(scene, signal))?.end;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const position = await positionOf(scene, node, { lsn: lsn ?? "0/0", signal: limit });
      const lost = await findIds(scene, node, { which: "absent", ledger, ranges, signal });
      const which = lost.total > 0 ? `: ${showIds(lost.first, lost.total)}` : "";
      const seen = lost.total > 0
        ? `lacks ${lost.total} of ${total}${which}`
        : `has all ${total}, nothing kept them from arriving`;
      const data = { acknowledged: total, missing: lost.total, first: lost.first, ...position };
      const found = { kind: "ledger", data };
      const why = lost.total > 0 ? mayStillCome(position, lsn) : undefined;
      if (why) return { ...found, holds: undefined, code: "NotReplayed", seen: `${seen} (${why})` };
      return {
        ...found,
        holds: judge(exact, lost.total).holds,
        code: lost.total === 0 ? "NothingLost" : "LostWrites",
        seen,
        measured: [{ unit: "count" as const, value: lost.total }],
      };
    });
    return lookOf(findings, expected, [evidence]);
  },
});
