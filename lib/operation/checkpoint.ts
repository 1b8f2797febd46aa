/**
 * `checkpoint`: writes everything to disk and moves the place where crash recovery would begin. On a
 * replica it is a restartpoint, which needs a checkpoint of the primary that was replayed since the
 * last one.
 * Source: https://www.postgresql.org/docs/current/wal-configuration.html
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { mustRun } from "./wait.ts";

/** The operation. All nodes at once. */
export const checkpoint = defineOperation({
  name: "checkpoint",
  summary: "Makes a checkpoint, or on a replica a restartpoint",
  words: {},
  requires: [],
  defaultNode: "primary",
  perform: (scene, nodes, _words, signal) =>
    Promise.all(nodes.map((node) => checkpointOne(scene, node, signal))),
});

const lastSql =
  "select checkpoint_lsn::text, redo_lsn::text, timeline_id from pg_control_checkpoint()";

/** The last checkpoint that a server would recover from. */
export async function lastCheckpoint(
  scene: Scene,
  node: Node,
  signal: AbortSignal,
): Promise<{ lsn: string; redo: string; timeline: number }> {
  const { rows } = await scene.observer.ask(node, lastSql, [], signal);
  const [lsn, redo, timeline] = rows[0] as [string, string, number];
  return { lsn, redo, timeline };
}

async function checkpointOne(scene: Scene, node: Node, signal: AbortSignal): Promise<Evidence> {
  await mustRun(node, "checkpoint");
  const before = await lastCheckpoint(scene, node, signal);
  await scene.observer.ask(node, "checkpoint", [], signal);
  const { lsn, redo, timeline } = await lastCheckpoint(scene, node, signal);
  if (lsn === before.lsn) {
    throw new OperationError(
      `${node.name} made no checkpoint, the last one is still that of ${before.lsn}: ` +
        "a replica makes one only after it has replayed a new one of its primary",
    );
  }
  const text = `${node.name} has a checkpoint at ${lsn}, recovery would begin at ${redo}`;
  return { kind: "lsn", node: node.name, text, data: { lsn, redo, timeline } };
}
