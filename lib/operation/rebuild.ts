/**
 * `rebuild`: throws a node's data away and makes it a replica again from a fresh base backup. It goes
 * on using the replication slot that its old data named.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation } from "./kind.ts";
import { positionEvidence } from "./position.ts";
import { stopOne } from "./stop.ts";
import { findUpstream, of, proveFollows } from "./upstream.ts";

/** The operation. All nodes at once. */
export const rebuild = defineOperation({
  name: "rebuild",
  summary: "Replaces a node's data by a fresh base backup and makes it replicate again",
  words: { of },
  requires: [],
  defaultNode: undefined,
  async perform(scene, nodes, words, signal) {
    const upstream = await findUpstream(scene, nodes, { selector: words.of, signal });
    return await Promise.all(
      nodes.map((node) => rebuildOne(scene, node, { upstream, signal })),
    );
  },
});

async function rebuildOne(
  scene: Scene,
  node: Node,
  options: { upstream: Node; signal: AbortSignal },
): Promise<Evidence> {
  const { upstream, signal } = options;
  await stopOne(scene, node, { mode: "immediate", signal });
  await node.cloneFrom(upstream, signal, scene.links.via(node, upstream));
  const mark = await node.markLog();
  await node.start(signal);
  const position = await proveFollows(scene, node, { upstream, mark, signal });
  return positionEvidence(node, `was rebuilt from ${upstream.name}`, position);
}
