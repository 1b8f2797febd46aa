/**
 * `half_open`: the connection of a replica and its upstream ends, and one of the two is not told: it
 * goes on waiting until its own patience ends. `direction` is the way that the news does not travel.
 * With `delay` the news arrives late: a slow close. New connections are not hindered.
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import { linkInto } from "../fact/link.ts";
import type { Scene } from "../run/scene.ts";
import { positiveSpan } from "../scenario/words.ts";
import { followed } from "../link/followed.ts";
import { until } from "../link/look.ts";
import { proveFlows } from "../link/proof.ts";
import { FaultError } from "./kind.ts";
import { defineLinkFault } from "./link_fault.ts";

/** The fault. */
export const half_open = defineLinkFault({
  name: "half_open",
  summary: "The connection of a replica and its upstream ends, and one of them is not told",
  words: {
    direction: z.enum(["downstream", "upstream"]).optional()
      .describe("downstream: the replica is not told; upstream: its upstream; default downstream"),
    delay: positiveSpan.optional().describe("tell it after this long; default when the fault ends"),
  },
  async inject(scene, link, { direction = "downstream", delay }, signal) {
    const { replica: node, upstream, relay } = link;
    const ends = await endsOf(scene, node, signal);
    const tell = relay.abandon(direction);
    let isTold = false;
    const timer = delay === undefined ? undefined : setTimeout(() => {
      isTold = true;
      tell();
    }, delay);
    const heal = async (limit: AbortSignal) => {
      clearTimeout(timer);
      tell();
      return await proveFlows(scene, link, limit);
    };
    try {
      const [ended, waits] = direction === "downstream"
        ? [senderLooks, receiverLooks]
        : [receiverLooks, senderLooks];
      await until(`one end of the link of ${node.name} should be closed`, signal, async () => {
        const is = await ended(scene, { node, upstream, ends, signal });
        return is ? { seen: is } : { done: undefined };
      });
      const still = await waits(scene, { node, upstream, ends, signal });
      if (!still && !isTold) {
        throw new FaultError(`the link of ${node.name} is half open, but both ends know`);
      }
      const later = delay === undefined ? "" : `, until ${delay} ms later`;
      return { proof: `one end is closed, the other does not know${later}: ${still}`, heal };
    } catch (error) {
      clearTimeout(timer);
      tell();
      throw error;
    }
  },
});

/** Process ids of the two ends of a link. */
interface Ends {
  receiver: number;
  sender: number;
}

interface Where {
  node: Node;
  upstream: Node;
  ends: Ends;
  signal: AbortSignal;
}

async function endsOf(scene: Scene, node: Node, signal: AbortSignal): Promise<Ends> {
  const what = `both ends of the link of ${node.name} should be known`;
  return await until(what, signal, async () => {
    const { pid } = await followed(scene, node, signal);
    const found = await linkInto(scene, node, signal);
    if ("finding" in found) return { seen: found.finding.seen };
    if (pid === null) return { seen: "it has no WAL receiver" };
    return { done: { receiver: pid, sender: found.link.sender.pid } };
  });
}

/** What the upstream says of the sender that was there; undefined: it has none. */
async function senderLooks(scene: Scene, { upstream, ends, signal }: Where) {
  const sql = "select state from pg_stat_replication where pid = $1";
  const { rows } = await scene.observer.ask(upstream, sql, [ends.sender], signal);
  return rows[0] ? `${upstream.name} has sender ${ends.sender}, ${rows[0][0]}` : undefined;
}

/** What the replica says of the receiver that was there; undefined: it has none, or another. */
async function receiverLooks(scene: Scene, { node, ends, signal }: Where) {
  const { pid, status } = await followed(scene, node, signal);
  return pid === ends.receiver ? `${node.name} has receiver ${pid}, ${status}` : undefined;
}
