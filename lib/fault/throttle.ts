/**
 * `throttle`: no more than so many bytes per second pass between a replica and its upstream, each
 * way. Whoever sends more has to wait.
 *
 * @module
 */
import { formatSize } from "../sql/size.ts";
import { byteRate } from "../scenario/words.ts";
import { directions } from "../link/policy.ts";
import { rateOf } from "../link/slow_proof.ts";
import { FaultError } from "./kind.ts";
import { defineLinkFault, disturb } from "./link_fault.ts";

/** How much more than the rate may be measured: a twentieth of a second's bytes pass at once. */
const tolerance = 1.5;

/** The fault. */
export const throttle = defineLinkFault({
  name: "throttle",
  summary: "No more than so many bytes per second pass between a replica and its upstream",
  words: { rate: byteRate.describe("bytes per second, each way") },
  async inject(scene, link, { rate }, signal) {
    const { replica, upstream } = link;
    const how = { which: directions, disturbance: { bytesPerSecond: rate } };
    return await disturb(scene, link, how, async () => {
      const found = await rateOf(scene, link, { limit: rate, signal });
      const [seen, limit] = [found, rate].map((bytes) => `${formatSize(bytes)}/s`);
      if (found > rate * tolerance) {
        throw new FaultError(`${replica.name} should receive ${limit}, but received ${seen}`);
      }
      return `${replica.name} receives ${seen} from ${upstream.name}, the limit is ${limit}`;
    });
  },
});
