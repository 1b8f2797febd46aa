/**
 * `restart`: shuts the server down and starts it again. Several nodes are restarted one after
 * another, in the order of the selector, so that a replica can be down at a time and not all.
 *
 * @module
 */
import type { Node, StopMode } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { positionEvidence, positionOf } from "./position.ts";
import { mode, stopOne } from "./stop.ts";
import { mustRun } from "./wait.ts";

/** The operation. One node after another. */
export const restart = defineOperation({
  name: "restart",
  summary: "Shuts the server down and starts it again; several nodes one after another",
  words: { mode },
  requires: [],
  defaultNode: undefined,
  async perform(scene, nodes, words, signal) {
    const evidence: Evidence[] = [];
    for (const node of nodes) {
      evidence.push(await restartOne(scene, node, { mode: words.mode ?? "fast", signal }));
    }
    return evidence;
  },
});

async function restartOne(
  scene: Scene,
  node: Node,
  how: { mode: StopMode; signal: AbortSignal },
): Promise<Evidence> {
  const { signal } = how;
  await mustRun(node, "restart");
  const since = () =>
    scene.observer.value(node, "select pg_postmaster_start_time()::text", signal).then(String);
  const before = await since();
  await stopOne(scene, node, how);
  await node.start(signal);
  const after = await since();
  if (after === before) {
    throw new OperationError(`${node.name} was restarted, but runs since ${before} as before`);
  }
  return positionEvidence(node, "restarted", await positionOf(scene, node, signal));
}
