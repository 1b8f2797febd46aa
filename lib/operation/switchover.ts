/**
 * `switchover`: the planned change of the primary. Each part is proven before the next begins:
 *
 *     old primary shut down ─> node has all of its WAL ─> promoted ─> others follow ─> old one too
 *
 * A primary that is shut down waits until each replica that streams has confirmed all of its WAL,
 * the shutdown checkpoint included; the replica then logs "replication terminated by primary server".
 * Without that line the node is not promoted, and the old primary is started again.
 * Source: WalSndDone in src/backend/replication/walsender.c; WalReceiverMain in walreceiver.c.
 *
 * @module
 */
import type { LogMark, Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { parseLsn } from "../sql/lsn.ts";
import { follow } from "./follow.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { promote } from "./promote.ts";
import { stopOne } from "./stop.ts";
import { mustRun, until } from "./wait.ts";

/** How long the old primary may take to come back when it has to go on, in milliseconds. */
const restartMs = 20_000;

/** The operation. One node, which becomes the primary. */
export const switchover = defineOperation({
  name: "switchover",
  summary: "Makes a replica the primary and the primary a replica, with nothing lost",
  words: {},
  requires: [],
  defaultNode: undefined,
  async perform(scene, nodes, _words, signal) {
    const [node] = nodes;
    if (!node || nodes.length > 1) {
      const which = nodes.map(({ name }) => name).join(", ") || "none";
      throw new OperationError(`Cannot switch over: expected one node, found ${which}`);
    }
    await mustRun(node, "switch over to");
    const old = await scene.roles.livePrimary(signal);
    if (!old) throw new OperationError(`Cannot switch over to ${node.name}: no primary answers`);
    if (old === node) {
      throw new OperationError(`Cannot switch over to ${node.name}: it is the primary already`);
    }
    const others = await followersOf(scene, { old, node, signal });
    const mark = await node.markLog();
    const stopped = await stopOne(scene, old, { mode: "fast", signal });
    const complete = await hasAll(scene, node, { old, mark, signal }).catch(async (error) => {
      await old.start(AbortSignal.timeout(restartMs));
      throw error;
    });
    const promoted = await promote.perform(scene, [node], {}, signal);
    const words = { of: node.name };
    const following = await follow.perform(scene, [...others, old], words, signal);
    return [stopped, complete, ...promoted, ...following];
  },
});

const sendersSql = `select application_name, host(client_addr), client_port, state
  from pg_stat_replication`;

/** The other replicas that run; refuses when the node does not stream. */
async function followersOf(
  scene: Scene,
  on: { old: Node; node: Node; signal: AbortSignal },
): Promise<Node[]> {
  const { old, node, signal } = on;
  const status = "select status from pg_stat_wal_receiver";
  const { rows } = await scene.observer.ask(node, status, [], signal);
  if (rows[0]?.[0] !== "streaming") {
    const { rows: senders } = await scene.observer.ask(old, sendersSql, [], signal);
    const seen = senders.map(([name, , , state]) => `${name} ${state}`).join(", ") || "nobody";
    const is = rows[0]?.[0] ?? "absent";
    throw new OperationError(
      `Cannot switch over to ${node.name}: its WAL receiver is ${is}; ${old.name} sends to: ${seen}`,
    );
  }
  const roles = await scene.roles.observe(signal);
  return [...roles].filter(([other, role]) => role === "replica" && other !== node)
    .map(([other]) => other);
}

/** Waits until a node has received and replayed all that the old primary wrote. */
async function hasAll(
  scene: Scene,
  node: Node,
  on: { old: Node; mark: LogMark; signal: AbortSignal },
): Promise<Evidence> {
  const { old, mark, signal } = on;
  const what = `have all WAL of ${old.name}`;
  const ended = /replication terminated by primary server/;
  const place = /End of WAL reached on timeline (\d+) at ([0-9A-F]+\/[0-9A-F]+)/;
  const sql = "select pg_last_wal_replay_lsn()::text";
  const end = await until(node, what, {
    async look() {
      const lines = await node.readLog(mark);
      if (!lines.some((line) => ended.test(line))) {
        const last = lines.at(-1) ?? "nothing";
        return { seen: `it has not logged that ${old.name} sent everything, but: ${last}` };
      }
      const found = lines.map((line) => place.exec(line)).find((match) => match !== null);
      if (!found) return { seen: "it has not logged where the WAL ended" };
      const replayed = String(await scene.observer.value(node, sql, signal));
      const isDone = parseLsn(replayed) >= parseLsn(found[2]!);
      return isDone ? { done: found } : { seen: `replayed ${replayed} of ${found[2]}` };
    },
    signal,
  });
  const [, timeline, lsn] = end;
  const text = `${node.name} has all WAL of ${old.name}, to ${lsn} on timeline ${timeline}`;
  return { kind: "lsn", node: node.name, text, data: { timeline: Number(timeline), lsn } };
}
