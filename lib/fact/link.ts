/**
 * One replication link, seen from both ends.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { absent, type Finding, unreachable } from "./finding.ts";
import { type Receiver, receiverOf, whyNotReceiving } from "./receiver.ts";
import { matchSender, type Sender, sendersOf } from "./sender.ts";

/** Both ends of a link that streams, as far as names and states go. */
export interface Link {
  receiver: Receiver;
  upstream: Node;
  sender: Sender;
}

/** How long the upstream may take to answer, in milliseconds: less than the look at the replica. */
const upstreamMs = 1000;

/** A link, or the finding that says which end is missing. */
export type LinkFound = { link: Link } | { finding: Omit<Finding, "node"> };

/** Looks at the link into a replica. */
export async function linkInto(scene: Scene, node: Node, signal: AbortSignal): Promise<LinkFound> {
  const receiver = await receiverOf(scene, node, signal);
  const found = { kind: "link", data: receiver };
  const broken = (code: string, seen: string) => ({
    finding: { ...found, holds: false, code, seen },
  });
  const unseen = (code: string, seen: string) => ({
    finding: { ...found, holds: undefined, code, seen },
  });
  const why = whyNotReceiving(receiver);
  if (why) return broken("NotReceiving", why);
  const { senderHost, senderPort } = receiver;
  const { nodes } = scene.cluster;
  const upstream = scene.links.behind(node, senderHost, senderPort);
  if (!upstream) {
    const seen = `receives from ${senderHost}:${senderPort}, which is no node of the cluster`;
    return broken("ForeignUpstream", seen);
  }
  let senders: Sender[];
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(upstreamMs)]);
    senders = await sendersOf(scene, upstream, limit);
  } catch (error) {
    const { seen } = absent(upstream, error, signal);
    return unseen(unreachable, `receives from ${upstream.name}, which ${seen}`);
  }
  const isOnly = nodes.length === 2;
  // Through a relay it comes from the harness's address, whatever its own is.
  const isRelayed = scene.links.at(node, senderPort) !== undefined;
  const known = isRelayed ? { ...receiver, ownAddress: null } : receiver;
  const match = matchSender(senders, { name: node.name, isOnly, receiver: known });
  if ("sender" in match) return { link: { receiver, upstream, sender: match.sender } };
  if ("missing" in match) {
    const seen = `says it receives from ${upstream.name}, but that has ${match.missing}`;
    return broken("NoSender", seen);
  }
  return unseen("SenderNotClear", `receives from ${upstream.name}: ${match.ambiguous}`);
}
