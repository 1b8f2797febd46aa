/**
 * `throttle`: no more than so many bytes per second pass between a replica and its upstream, each
 * way. Whoever sends more has to wait.
 *
 * @module
 */
import { formatSize } from "../sql/size.ts";
import { byteRate } from "../scenario/words.ts";
import { between, replicasOf } from "../link/between.ts";
import { enter } from "../link/enter.ts";
import { directions } from "../link/policy.ts";
import { mustFlow, proveFlows } from "../link/proof.ts";
import { rateOf } from "../link/slow_proof.ts";
import { defineFault, FaultError } from "./kind.ts";

/** How much more than the rate may be measured: a twentieth of a second's bytes pass at once. */
const tolerance = 1.5;

/** The fault. */
export const throttle = defineFault({
  name: "throttle",
  summary: "No more than so many bytes per second pass between a replica and its upstream",
  words: { between, rate: byteRate.describe("bytes per second, each way") },
  requires: ["links"],
  silences: false,
  find: (scene, { node, words }, signal) =>
    replicasOf(scene, { between: words.between, node }, signal),
  async inject(scene, node, words, signal) {
    const link = await enter(scene, node, signal);
    await mustFlow(scene, link, signal);
    const end = link.relay.disturb(directions, { bytesPerSecond: words.rate });
    try {
      const found = await rateOf(scene, link, { limit: words.rate, signal });
      const [seen, limit] = [found, words.rate].map((bytes) => `${formatSize(bytes)}/s`);
      if (found > words.rate * tolerance) {
        throw new FaultError(`${node.name} should receive ${limit}, but received ${seen}`);
      }
      return {
        proof: `${node.name} receives ${seen} from ${link.upstream.name}, the limit is ${limit}`,
        async heal(signal) {
          end();
          return await proveFlows(scene, link, signal);
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  },
});
