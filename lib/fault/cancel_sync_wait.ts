/**
 * `cancel_sync_wait`: every commit that waits for a synchronous standby is cancelled, as an operator
 * does who wants clients to go on. Such a commit is on the primary and perhaps nowhere else; its
 * client gets success with a WARNING. Nothing can undo that.
 * Source: SyncRepWaitForLSN() in src/backend/replication/syncrep.c
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { defineFault, FaultError } from "./kind.ts";
import { eventually, mustRun } from "./proof.ts";

/** How long a commit may take until it waits, and until it is released, in milliseconds. */
const waitMs = 5000;

/** The fault. */
export const cancel_sync_wait = defineFault({
  name: "cancel_sync_wait",
  summary: "Cancels the commits that wait for a synchronous standby: they stay local",
  words: {},
  requires: [],
  silences: false,
  async inject(scene, node, _words, signal) {
    await mustRun(node, "cancel the waiting commits of");
    const waiting = await eventually(
      () => waits(scene, node, signal),
      (found) => found.length > 0,
      { ms: waitMs, signal },
    );
    if (waiting.length === 0) {
      throw new FaultError(`No commit on ${node.name} waits for a standby, nothing to cancel`);
    }
    const log = await node.markLog();
    const pids = waiting.map(({ pid }) => pid);
    await scene.observer.ask(
      node,
      "select pg_cancel_backend(pid) from unnest($1::int[]) as waiting (pid)",
      [pids],
      signal,
    );
    const left = await eventually(
      async () => stillWaiting(waiting, await waits(scene, node, signal)),
      (found) => found.length === 0,
      { ms: waitMs, signal },
    );
    if (left.length > 0) {
      throw new FaultError(`${left.length} commits on ${node.name} wait on, although cancelled`);
    }
    const said = await eventually(
      async () => (await node.readLog(log)).find((line) => /canceling wait for sync/.test(line)),
      (line) => line !== undefined,
      { ms: waitMs, signal },
    );
    if (!said) throw new FaultError(`${node.name} does not say that a wait was cancelled`);
    return {
      proof: `${waiting.length} commits on ${node.name} do not wait any more: ${said}`,
      heal: () => Promise.resolve(`${node.name} keeps what it committed alone`),
    };
  },
});

/** A backend, and the statement by which it waits. */
interface Wait {
  pid: number;
  since: string;
}

async function waits(scene: Scene, node: Node, signal: AbortSignal): Promise<Wait[]> {
  const sql = "select pid, query_start::text from pg_stat_activity where wait_event = 'SyncRep'";
  const { rows } = await scene.observer.ask(node, sql, [], signal);
  return rows.map(([pid, since]) => ({ pid: Number(pid), since: String(since) }));
}

/** The next commit of the same client waits anew, which is another wait. */
function stillWaiting(before: readonly Wait[], now: readonly Wait[]): Wait[] {
  return before.filter(({ pid, since }) =>
    now.some((each) => each.pid === pid && each.since === since)
  );
}
