/**
 * `commit_rate`: operations of a load acknowledged per second, over the last second. A load that was
 * ended keeps the rate of its last second. When the generator itself could not keep up, a rate that
 * is too low says nothing about the database, and is not judged.
 *
 * @module
 */
import { anyLoad } from "../scenario/words.ts";
import { sleep } from "../time/sleep.ts";
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
  words: { of: anyLoad.describe("the load") },
  comparisons: quantityWords,
  needsComparison: true,
  operand: "rate",
  defaultNode: "all",
  async look(scene, { compare, words, signal }) {
    const load = scene.loads.get(words.of);
    const { expected } = judgeQuantity(compare, 0, "rate");
    if (!load) {
      return unseen("NoLoad", expected, `load ${words.of} was not started yet`);
    }
    // Of a load that has only begun the first second is awaited: before, clients still connect.
    if (load.endedAt === undefined) {
      await sleep(windowMs - (performance.now() - load.startedAt), signal);
    }
    const ranMs = (load.endedAt ?? performance.now()) - load.startedAt;
    if (ranMs < leastMs) {
      return unseen("NoLoad", expected, `load ${words.of} ran too briefly to have a rate`);
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
      return unseen("GeneratorLate", expected, `${seen}, but ${trouble}`);
    }
    return {
      holds,
      code: "CommitRate",
      expected,
      seen,
      evidence: [{ kind: "ledger", text, data: { load: words.of, perSecond, ...counts } }],
      measured: [{ unit: "per_second" as const, value: perSecond }],
    };
  },
});
