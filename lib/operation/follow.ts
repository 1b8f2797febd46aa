/**
 * `follow`: makes a node replicate from another one, with the data it has. A running replica is told
 * by setting and reload (since PostgreSQL 13 that restarts its WAL receiver); anything else is
 * stopped and started as a replica.
 * Source: https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-PRIMARY-CONNINFO
 *
 * @module
 */
import { setAndReload } from "../cluster/alter_system.ts";
import type { Node } from "../cluster/model.ts";
import { NodeError } from "../cluster/model.ts";
import { formatConninfo, parseConninfo, reroute } from "../cluster/conninfo.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { positionEvidence } from "./position.ts";
import { findUpstream, hopelessIn, of, proveFollows } from "./upstream.ts";

/** The operation. All nodes at once. */
export const follow = defineOperation({
  name: "follow",
  summary: "Makes a node replicate from another one with the data it has",
  words: { of },
  requires: [],
  defaultNode: undefined,
  async perform(scene, nodes, words, signal) {
    const upstream = await findUpstream(scene, nodes, { selector: words.of, signal });
    return await Promise.all(
      nodes.map((node) => followOne(scene, node, { upstream, signal })),
    );
  },
});

async function followOne(
  scene: Scene,
  node: Node,
  options: { upstream: Node; signal: AbortSignal },
): Promise<Evidence> {
  const { upstream, signal } = options;
  const state = await node.state();
  if (state === "paused") throw new OperationError(`Cannot make ${node.name} follow: it is paused`);
  const mark = await node.markLog();
  const isTold = state === "running" && await tell(scene, node, options);
  if (!isTold) {
    await node.stop("fast", signal);
    await node.configureStandby(upstream, signal, scene.links.via(node, upstream));
    await node.start(signal).catch((error) => {
      const why = error instanceof NodeError && hopelessIn(error.log);
      if (!why) throw error;
      throw new OperationError(`${node.name} cannot follow ${upstream.name}: ${why}`, {
        cause: error,
      });
    });
  }
  const position = await proveFollows(scene, node, { upstream, mark, signal });
  const how = isTold ? "without a restart" : "after a start as its replica";
  return positionEvidence(node, `follows ${upstream.name} ${how}`, position);
}

/** Changes the address in its conninfo and nothing else; false when that cannot be done by reload. */
async function tell(
  scene: Scene,
  node: Node,
  { upstream, signal }: { upstream: Node; signal: AbortSignal },
): Promise<boolean> {
  const sql = `select pg_is_in_recovery(), setting, source from pg_settings
    where name = 'primary_conninfo'`;
  const { rows } = await scene.observer.ask(node, sql, [], signal);
  const [isReplica, setting, source] = rows[0] as [boolean, string, string];
  const conninfo = parseConninfo(setting);
  // Nothing in a file is stronger than the command line.
  if (!isReplica || !conninfo || conninfo.size === 0 || source === "command line") return false;
  const to = reroute(conninfo, upstream.peerAddress, scene.links.via(node, upstream));
  const told = { name: "primary_conninfo", value: formatConninfo(to) };
  await setAndReload(scene.observer, node, told, signal);
  return true;
}
