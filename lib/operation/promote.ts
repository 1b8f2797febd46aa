/**
 * `promote`: makes a replica a primary, and proves it: out of recovery, on a higher timeline, a
 * transaction of its own committed. The old primary is not touched.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { positionEvidence, positionOf } from "./position.ts";
import { mustRun, until } from "./wait.ts";

/** The operation. All nodes at once. */
export const promote = defineOperation({
  name: "promote",
  summary: "Makes a replica a primary and proves that it accepts writes on a new timeline",
  words: {},
  requires: [],
  defaultNode: undefined,
  perform: (scene, nodes, _words, signal) =>
    Promise.all(nodes.map((node) => promoteOne(scene, node, signal))),
});

/**
 * The timeline a replica is on. Its receiver may be gone with the primary: then the control file
 * says the one of the last restartpoint, which is never above it.
 */
const timelineSql = `select coalesce((select received_tli from pg_stat_wal_receiver),
  (select timeline_id from pg_control_checkpoint()))`;

/** Assigns a transaction id and commits it; a standby that nobody has must not make it wait. */
const writeSql = `begin; set local synchronous_commit = 'local';
  select pg_current_xact_id(); commit`;

async function promoteOne(scene: Scene, node: Node, signal: AbortSignal): Promise<Evidence> {
  await mustRun(node, "promote");
  if (!await scene.observer.value(node, "select pg_is_in_recovery()", signal)) {
    throw new OperationError(`Cannot promote ${node.name}: it is a primary already`);
  }
  const before = Number(await scene.observer.value(node, timelineSql, signal));
  const mark = await node.markLog();
  // Without waiting: the wait of pg_promote() has a limit of its own, ours is the signal.
  await scene.observer.value(node, "select pg_promote(false)", signal);
  const position = await until(node, "leave recovery", {
    async look() {
      const now = await positionOf(scene, node, signal);
      if (now.role === "primary") return { done: now };
      const [last = "no line in its log"] = (await node.readLog(mark, 1)).slice(-1);
      return { seen: `it is in recovery at ${now.lsn}; ${last}` };
    },
    signal,
  });
  if (position.timeline <= before) {
    throw new OperationError(
      `${node.name} left recovery, but is on timeline ${position.timeline}, not above ${before}`,
    );
  }
  await proveWrites(scene, node, signal);
  return positionEvidence(node, `was promoted from timeline ${before}`, position);
}

/**
 * Commits a transaction of its own.
 * @throws {OperationError} when the answer is another one; {SqlError} when it is refused.
 */
export async function proveWrites(scene: Scene, node: Node, signal: AbortSignal): Promise<void> {
  const { command } = await scene.observer.ask(node, writeSql, [], signal);
  if (command !== "COMMIT") {
    throw new OperationError(`${node.name} left recovery, but answers a commit with ${command}`);
  }
}
