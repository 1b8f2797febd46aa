/**
 * `switchover`: the planned change of the primary. Each part is proven before the next begins:
 *
 *     old primary shut down ─> node has all of its WAL ─> promoted ─> others follow ─> old one too
 *
 * The last record of a primary that is shut down is the checkpoint of its shutdown, and it waits until
 * each replica that streams has it. A node that replayed that record has everything; one that did not
 * is not promoted, and the old primary is started again. The log is no proof: a receiver that answers
 * when the connection is closed already ends with another message.
 * Source: WalSndDone in src/backend/replication/walsender.c; CreateCheckPoint in
 * src/backend/access/transam/xlog.c: of a shutdown's checkpoint, and of no other while WAL is
 * replicated, the redo point is the record itself.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { parseLsn } from "../sql/lsn.ts";
import { lastCheckpoint } from "./checkpoint.ts";
import { follow } from "./follow.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { type Position, positionOf } from "./position.ts";
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
    const last = await positionOf(scene, old, signal);
    const stopped = await stopOne(scene, old, { mode: "fast", signal });
    const complete = await hasAll(scene, node, { old, last, signal }).catch(async (error) => {
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

/**
 * Waits until a node has replayed the checkpoint of the old primary's shutdown. A restartpoint makes
 * the last checkpoint that it replayed known.
 */
async function hasAll(
  scene: Scene,
  node: Node,
  on: { old: Node; last: Position; signal: AbortSignal },
): Promise<Evidence> {
  const { old, last, signal } = on;
  const end = await until(node, `have all WAL of ${old.name}`, {
    async look() {
      const replayed = String(await scene.observer.value(node, replayedSql, signal));
      if (parseLsn(replayed) <= parseLsn(last.lsn)) {
        return { seen: `replayed ${replayed}, ${old.name} was at ${last.lsn} before its shutdown` };
      }
      await scene.observer.ask(node, "checkpoint", [], signal);
      const { lsn, redo } = await lastCheckpoint(scene, node, signal);
      if (lsn !== redo || parseLsn(lsn) < parseLsn(last.lsn)) {
        return { seen: `the last checkpoint that it replayed, ${lsn}, is not of a shutdown` };
      }
      return { done: lsn };
    },
    signal,
  });
  const text = `${node.name} has all WAL of ${old.name}: it replayed the checkpoint of the ` +
    `shutdown at ${end} on timeline ${last.timeline}`;
  return { kind: "lsn", node: node.name, text, data: { timeline: last.timeline, lsn: end } };
}

const replayedSql = "select pg_last_wal_replay_lsn()::text";
