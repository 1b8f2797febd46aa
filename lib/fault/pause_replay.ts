/**
 * `pause_replay`: the replica goes on receiving and answering, but applies nothing. The primary
 * still calls it streaming.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { sleep } from "../time/sleep.ts";
import { defineFault, FaultError } from "./kind.ts";

/** The fault. */
export const pause_replay = defineFault({
  name: "pause_replay",
  summary: "The replica receives WAL and answers, but replays nothing",
  words: {},
  requires: [],
  silences: false,
  async inject(scene, node, _words, signal) {
    if (await scene.observer.value(node, "select not pg_is_in_recovery()", signal)) {
      throw new FaultError(
        `Cannot pause replay on ${node.name}: it is a primary, it replays nothing`,
      );
    }
    if (await state(scene, node, signal) !== "not paused") {
      throw new FaultError(`Cannot pause replay on ${node.name}: it is paused already`);
    }
    await scene.observer.value(node, "select pg_wal_replay_pause()", signal);
    await until(scene, node, { wanted: "paused", signal });
    const lsn = await scene.observer.value(node, "select pg_last_wal_replay_lsn()::text", signal);
    return {
      proof: `replay on ${node.name} stands at ${lsn}`,
      heal: (limit) => resume(scene, node, limit),
    };
  },
});

/** `not paused`, `pause requested`, `paused`; null once it was promoted. */
function state(scene: Scene, node: Node, signal: AbortSignal): Promise<unknown> {
  const sql =
    "select case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() else 'promoted' end";
  return scene.observer.value(node, sql, signal);
}

/** A requested pause takes effect at the next record or the next wake-up of the startup process. */
async function until(
  scene: Scene,
  node: Node,
  options: { wanted: string; signal: AbortSignal },
): Promise<void> {
  while (await state(scene, node, options.signal) !== options.wanted) {
    await sleep(5, options.signal);
  }
}

async function resume(scene: Scene, node: Node, signal: AbortSignal): Promise<string> {
  const now = await state(scene, node, signal);
  if (now === "promoted") return `${node.name} was promoted by the scenario`;
  if (now === "not paused") return `replay on ${node.name} was resumed by the scenario`;
  await scene.observer.value(node, "select pg_wal_replay_resume()", signal);
  await until(scene, node, { wanted: "not paused", signal });
  return `replay on ${node.name} goes on`;
}
