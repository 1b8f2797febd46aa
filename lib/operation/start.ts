/**
 * `start`: starts a stopped server; one that runs already is left alone. With `fails` the server must
 * end itself, for a reason that its log gives.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { positionEvidence, positionOf } from "./position.ts";
import { fails, proveRefusal } from "./refusal.ts";
import { until } from "./wait.ts";

/** The operation. All nodes at once. */
export const start = defineOperation({
  name: "start",
  summary: "Starts the server and waits until it answers",
  words: { fails },
  requires: [],
  defaultNode: undefined,
  perform: (scene, nodes, words, signal) =>
    Promise.all(
      nodes.map((node) =>
        words.fails === undefined
          ? startOne(scene, node, signal)
          : refuseOne(node, { fails: words.fails, signal })
      ),
    ),
});

async function refuseOne(
  node: Node,
  how: { fails: string; signal: AbortSignal },
): Promise<Evidence> {
  const state = await node.state();
  if (state !== "stopped") {
    throw new OperationError(`Cannot see ${node.name} fail to start: it is ${state}`);
  }
  return await proveRefusal(node, { ...how, mark: await node.markLog() });
}

async function startOne(scene: Scene, node: Node, signal: AbortSignal): Promise<Evidence> {
  const before = await node.state();
  if (before === "paused") {
    throw new OperationError(`Cannot start ${node.name}: it is paused, end the pause instead`);
  }
  if (before === "stopped") await node.start(signal);
  const position = await until(node, "answer", {
    look: async () => ({ done: await positionOf(scene, node, signal) }),
    signal,
  });
  return positionEvidence(node, before === "stopped" ? "started" : "runs already", position);
}
