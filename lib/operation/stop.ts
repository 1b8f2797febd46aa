/**
 * `stop`: shuts the server down and waits until no process of it is left.
 *
 * A smart shutdown waits for every client to leave, so the harness's own idle connections, its eyes,
 * are ended first; those of the scenario are what the scenario wants to see it wait for.
 * Source: https://www.postgresql.org/docs/current/server-shutdown.html
 *
 * @module
 */
import { z } from "zod";
import type { Node, StopMode } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";

/** The adjective `mode`. */
export const mode = z.enum(["smart", "fast", "immediate"]).optional()
  .describe("how the server is told to shut down; default fast");

/** The operation. All nodes at once. */
export const stop = defineOperation({
  name: "stop",
  summary: "Shuts the server down and waits until it is gone",
  words: { mode },
  requires: [],
  defaultNode: undefined,
  perform: (scene, nodes, words, signal) =>
    Promise.all(nodes.map((node) => stopOne(scene, node, { mode: words.mode ?? "fast", signal }))),
});

/**
 * Stops one node; does nothing when it is stopped.
 * @throws {OperationError} when it is still there, NodeError when it could not be told.
 */
export async function stopOne(
  scene: Scene,
  node: Node,
  how: { mode: StopMode; signal: AbortSignal },
): Promise<Evidence> {
  const { mode, signal } = how;
  const before = await node.state();
  if (before === "paused" && mode !== "immediate") {
    throw new OperationError(`Cannot stop ${node.name} (${mode}): it is paused`);
  }
  if (before !== "stopped") {
    const stopping = node.stop(mode, signal);
    stopping.catch(() => {});
    if (mode === "smart") await leave(scene, node, signal).catch(() => {});
    await stopping;
  }
  const after = await node.state();
  if (after !== "stopped") {
    throw new OperationError(`${node.name} was told to stop (${mode}), but it is ${after}`);
  }
  const text = before === "stopped"
    ? `${node.name} was stopped already`
    : `no process of ${node.name} is left after a ${mode} shutdown`;
  return { kind: "process", node: node.name, text };
}

/** Ends the harness's own connections; the one that asks ends itself last. */
async function leave(scene: Scene, node: Node, signal: AbortSignal): Promise<void> {
  const own = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name in ('pgproof', 'pgproof step', 'pgproof invariant')
    order by pid = pg_backend_pid()`;
  await scene.observer.ask(node, own, [], signal);
}
