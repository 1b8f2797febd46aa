/**
 * `slow_network`: what passes between a replica and its upstream is late. The order of the bytes is
 * kept, as TCP keeps it.
 *
 * `loss` is what packet loss is to a byte stream: nothing is missing in the end, but a lost segment,
 * and all behind it, comes after a retransmission (see `lib/link/policy.ts`).
 *
 * @module
 */
import { positiveSpan } from "../scenario/words.ts";
import { share } from "../scenario/words.ts";
import { direction, directionsOf } from "../link/between.ts";
import { proveLoss, roundTrip } from "../link/slow_proof.ts";
import { FaultError } from "./kind.ts";
import { defineLinkFault, disturb } from "./link_fault.ts";

/** The fault. */
export const slow_network = defineLinkFault({
  name: "slow_network",
  summary: "What passes between a replica and its upstream comes late: delay, jitter, loss",
  words: {
    direction,
    delay: positiveSpan.optional().describe("how much later bytes arrive, each way that is meant"),
    jitter: positiveSpan.optional().describe("up to this much more or less than delay"),
    loss: share.refine((loss) => loss > 0 && loss < 1, { error: "must be above 0% and below 100%" })
      .optional().describe(
        "share of the segments that must be sent again, each 200ms later or more",
      ),
  },
  anyOf: ["delay", "jitter", "loss"],
  async inject(scene, link, words, signal) {
    const { delay = 0, jitter = 0, loss = 0 } = words;
    const { replica, upstream } = link;
    const which = directionsOf(words.direction);
    const before = await roundTrip(scene, link, signal);
    const how = { which, disturbance: { delayMs: delay, jitterMs: jitter, loss } };
    return await disturb(scene, link, how, async () => {
      const least = Math.max(0, delay - jitter);
      const after = await roundTrip(scene, link, signal);
      const isShort = (which.includes("downstream") && after.there < least) ||
        after.andBack < least * which.length;
      if (isShort) {
        throw new FaultError(
          `bytes of ${replica.name} should be ${least} ms late each way, but took ` +
            `${after.there.toFixed(1)} ms there, ${after.andBack.toFixed(1)} ms there and back`,
        );
      }
      const lost = loss > 0 ? `; ${await proveLoss(scene, link, { which, signal })}` : "";
      const [fast, slow] = [before, after].map(({ andBack }) => andBack.toFixed(1));
      return `a round trip between ${replica.name} and ${upstream.name} takes ` +
        `${slow} ms, it took ${fast} ms${lost}`;
    });
  },
});
