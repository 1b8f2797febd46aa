/**
 * `slow_network`: what passes between a replica and its upstream is late. The order of the bytes is
 * kept, as TCP keeps it.
 *
 * `loss` is what packet loss is to a byte stream: nothing is missing in the end, but a lost segment,
 * and all behind it, comes after a retransmission (see `lib/link/policy.ts`).
 *
 * @module
 */
import { positiveSpan } from "../scenario/step_grammar.ts";
import { share } from "../scenario/words.ts";
import { between, direction, directionsOf, replicasOf } from "../link/between.ts";
import { enter } from "../link/enter.ts";
import { mustFlow, proveFlows } from "../link/proof.ts";
import { proveLoss, roundTrip } from "../link/slow_proof.ts";
import { defineFault, FaultError } from "./kind.ts";

/** The fault. */
export const slow_network = defineFault({
  name: "slow_network",
  summary: "What passes between a replica and its upstream comes late: delay, jitter, loss",
  words: {
    between,
    direction,
    delay: positiveSpan.optional().describe("how much later bytes arrive, each way that is meant"),
    jitter: positiveSpan.optional().describe("up to this much more or less than delay"),
    loss: share.refine((loss) => loss > 0 && loss < 1, { error: "must be above 0% and below 100%" })
      .optional().describe(
        "share of the segments that must be sent again, each 200ms later or more",
      ),
  },
  anyOf: ["delay", "jitter", "loss"],
  requires: ["links"],
  silences: false,
  find: (scene, { node, words }, signal) =>
    replicasOf(scene, { between: words.between, node }, signal),
  async inject(scene, node, words, signal) {
    const { delay = 0, jitter = 0, loss = 0 } = words;
    const which = directionsOf(words.direction);
    const link = await enter(scene, node, signal);
    await mustFlow(scene, link, signal);
    const before = await roundTrip(scene, link, signal);
    const end = link.relay.disturb(which, { delayMs: delay, jitterMs: jitter, loss });
    try {
      const least = Math.max(0, delay - jitter);
      const after = await roundTrip(scene, link, signal);
      const isShort = (which.includes("downstream") && after.there < least) ||
        after.andBack < least * which.length;
      if (isShort) {
        throw new FaultError(
          `bytes of ${node.name} should be ${least} ms late each way, but took ` +
            `${after.there.toFixed(1)} ms there, ${after.andBack.toFixed(1)} ms there and back`,
        );
      }
      const lost = loss > 0 ? `; ${await proveLoss(scene, link, { which, signal })}` : "";
      const [fast, slow] = [before, after].map(({ andBack }) => andBack.toFixed(1));
      return {
        proof: `a round trip between ${node.name} and ${link.upstream.name} takes ` +
          `${slow} ms, it took ${fast} ms${lost}`,
        async heal(limit) {
          end();
          return await proveFlows(scene, link, limit);
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  },
});
