/**
 * `no_phantom_writes`: no write that was refused is there. A refused write never comes later, so one
 * that is seen anywhere is final.
 *
 * @module
 */
import { loadName } from "../scenario/words.ts";
import { count, findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgedLoad } from "./ledger.ts";
import { findIds, rangesOf, showIds } from "./ledger_ids.ts";

/** The fact. */
export const no_phantom_writes = defineFact({
  name: "no_phantom_writes",
  summary: "No refused write of a load is on any node",
  words: { of: loadName.describe("the load") },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, words, signal }) {
    const expected = `no refused write of ${words.of}`;
    const judged = judgedLoad(scene, words.of, expected);
    if ("holds" in judged) return judged;
    const { load, ledger, evidence } = judged;
    const ids = load.ledger.ids("refused");
    const ranges = rangesOf(ids);
    const findings = await findEach(nodes, signal, async (node, limit) => {
      // Tells a frozen node early; reading a large table may take its time.
      await scene.observer.value(node, "select 1", limit);
      const question = { which: "present" as const, ledger, ranges, signal };
      const { total, first } = await findIds(scene, node, question);
      const holds = total === 0;
      return {
        holds,
        ...(holds ? {} : { final: true }),
        code: "PhantomWrites",
        seen: holds
          ? `has none of ${count(ids.size, "refused write")}`
          : `has ${total} of ${count(ids.size, "refused write")}: ${showIds(first, total)}`,
        kind: "ledger",
        data: { refused: ids.size, present: total, first },
      };
    });
    return lookOf(findings, expected, [evidence]);
  },
});
