/**
 * `upstream`: the node a replica receives WAL from, by the address its receiver is connected to.
 *
 * @module
 */
import { all } from "./compare.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { receiverOf, whyNotReceiving } from "./receiver.ts";

/** The fact. */
export const upstream = defineFact({
  name: "upstream",
  summary: "Each replica receives WAL from this node",
  words: {},
  comparisons: ["is", "not"],
  needsComparison: true,
  operand: "node",
  defaultNode: "replicas",
  async look(scene, { nodes, compare, signal }) {
    const [is, not] = await Promise.all(
      [compare.is, compare.not].map(async (selector) =>
        selector === undefined ? undefined : await scene.roles.find(String(selector), signal)
      ),
    );
    const expected = [
      is ? [`receiving from ${is.map((node) => node.name).join(" or ")}`] : [],
      not ? [`not receiving from ${not.map((node) => node.name).join(" or ")}`] : [],
    ].flat().join(" and ");
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const receiver = await receiverOf(scene, node, limit);
      const { senderHost, senderPort } = receiver;
      const found = { kind: "link", data: receiver };
      const why = whyNotReceiving(receiver);
      if (why) return { ...found, holds: false, code: "NotReceiving", seen: why };
      const sender = scene.links.behind(node, senderHost, senderPort);
      const name = sender?.name ?? `${senderHost}:${senderPort}, which is no node of the cluster`;
      const holds = all([
        is === undefined || (sender !== undefined && is.includes(sender)),
        not === undefined || (sender !== undefined && !not.includes(sender)),
      ]);
      return { ...found, holds, code: "OtherUpstream", seen: `receives from ${name}` };
    });
    return lookOf(findings, expected);
  },
});
