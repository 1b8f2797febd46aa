/**
 * `rewind`: takes the data of a node whose history diverged back to where it parted from another
 * one, with pg_rewind, and makes it a replica of that one. Much less is copied than by a rebuild.
 *
 * It needs data checksums or wal_log_hints; the server is shut down first.
 * Source: https://www.postgresql.org/docs/current/app-pgrewind.html
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { positionEvidence } from "./position.ts";
import { stopOne } from "./stop.ts";
import { findUpstream, of, proveFollows } from "./upstream.ts";

/** The operation. All nodes at once. */
export const rewind = defineOperation({
  name: "rewind",
  summary: "Takes a diverged node back with pg_rewind and makes it a replica",
  words: { of },
  requires: ["pg_rewind"],
  defaultNode: undefined,
  async perform(scene, nodes, words, signal) {
    const upstream = await findUpstream(scene, nodes, { selector: words.of, signal });
    return await Promise.all(nodes.map((node) => rewindOne(scene, node, { upstream, signal })));
  },
});

async function rewindOne(
  scene: Scene,
  node: Node,
  { upstream, signal }: { upstream: Node; signal: AbortSignal },
): Promise<Evidence> {
  if (!node.rewindTo) throw new OperationError(`Cannot rewind ${node.name}: not on this target`);
  await stopOne(scene, node, { mode: "fast", signal });
  // Its control file must already name the timeline, or pg_rewind sees nothing to do.
  await scene.observer.ask(upstream, "checkpoint", [], signal);
  const said = await node.rewindTo(upstream, signal, scene.links.via(node, upstream));
  const mark = await node.markLog();
  await node.start(signal);
  const position = await proveFollows(scene, node, { upstream, mark, signal });
  const how = said.find((line) => /no rewind required|servers diverged/.test(line)) ?? said.at(-1);
  const found = positionEvidence(node, `was rewound to ${upstream.name} (${how})`, position);
  return { ...found, data: { ...position, said } };
}
