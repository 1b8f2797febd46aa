/**
 * `commit_rate`: operations of a load acknowledged per second, over the last second. A load that was
 * ended keeps the rate of its last second. When the generator itself could not keep up, a rate that
 * is too low says nothing about the database, and is not judged.
 *
 * @module
 */
import { loadName } from "../scenario/words.ts";
import { unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgeBetween, judgeQuantity, quantityWords, showQuantity } from "./quantity.ts";

/** How far back it counts, in milliseconds. */
const windowMs = 1000;

/** A load that ran for less says nothing yet, in milliseconds. */
const leastMs = 200;

/** The fact. */
export const commit_rate = defineFact({
  name: "commit_rate",
  summary: "Operations of a load acknowledged per second, over the last second",
  words: { of: loadName.describe("the load") },
  comparisons: quantityWords,
  needsComparison: true,
  operand: "rate",
  defaultNode: "all",
  look(scene, { compare, words }) {
    const load = scene.loads.get(words.of);
    const { expected } = judgeQuantity(compare, 0, "rate");
    if (!load) {
      return Promise.resolve(unseen("NoLoad", expected, `load ${words.of} was not started yet`));
    }
    const ranMs = (load.endedAt ?? performance.now()) - load.startedAt;
    if (ranMs < leastMs) {
      return Promise.resolve(unseen("NoLoad", expected, `load ${words.of} has only begun`));
    }
    const perSecond = load.rate(Math.min(windowMs, ranMs));
    const counts = load.ledger.counts();
    const seen = `${showQuantity("rate", perSecond)} acknowledged`;
    const text = `${words.of}: ${seen}; in all ${counts.sent} sent, ${counts.acknowledged} ` +
      `acknowledged, ${counts.refused} refused, ${counts.unknown} unknown`;
    const trouble = load.trouble(windowMs);
    // A generator that was late makes a rate lower than the database would, never higher.
    const high = trouble === undefined ? perSecond : Infinity;
    const { holds } = judgeBetween(compare, { low: perSecond, high }, "rate");
    if (trouble !== undefined && holds === undefined) {
      return Promise.resolve(unseen("GeneratorLate", expected, `${seen}, but ${trouble}`));
    }
    return Promise.resolve({
      holds,
      code: "CommitRate",
      expected,
      seen,
      evidence: [{ kind: "ledger", text, data: { load: words.of, perSecond, ...counts } }],
      measured: [{ unit: "per_second" as const, value: perSecond }],
    });
  },
});
