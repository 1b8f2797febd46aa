/**
 * Leads a replica's stream through a relay, and back. It is the same SQL on every target: since
 * PostgreSQL 13 a reload is enough to restart the WAL receiver.
 * Source: https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-PRIMARY-CONNINFO
 *
 * @module
 */
import { setAndReload } from "../cluster/alter_system.ts";
import type { Node } from "../cluster/model.ts";
import { type Conninfo, formatConninfo, readdress, reroute } from "../cluster/conninfo.ts";
import { FaultError } from "../fault/kind.ts";
import type { Scene } from "../run/scene.ts";
import { type Followed, followed } from "./followed.ts";
import type { Link } from "./links.ts";
import { until } from "./look.ts";

/**
 * Leads the stream of a replica through a relay, if it does not go through one already; returns when
 * it streams there.
 * @throws {FaultError} when it has no upstream in the cluster, or does not stream through the relay.
 */
export async function enter(scene: Scene, node: Node, signal: AbortSignal): Promise<Link> {
  const now = await followed(scene, node, signal);
  if (!now.isReplica) {
    throw new FaultError(`${node.name} is a primary, there is no link to an upstream`);
  }
  const { upstream, conninfo, source } = now;
  if (!upstream) {
    const to = conninfo.get("host") ?? conninfo.get("hostaddr") ?? "nowhere";
    throw new FaultError(`${node.name} is told to follow ${to}, which is no node of the cluster`);
  }
  if (source === "command line") {
    throw new FaultError(
      `Cannot relay the link of ${node.name}: its primary_conninfo is on the command line`,
    );
  }
  scene.links.relay(node);
  const link = scene.links.link(node, upstream);
  if (!now.link) await tell(scene, node, reroute(conninfo, upstream.peerAddress, link.via), signal);
  await streams(scene, link, signal);
  return link;
}

/** Leads the streams of all replicas back, as far as they run. */
export async function leave(scene: Scene, signal: AbortSignal): Promise<void> {
  await Promise.all(scene.links.relayed.map(async (node) => {
    if (await node.state() !== "running") return;
    const { link, conninfo } = await followed(scene, node, signal);
    if (link) await tell(scene, node, readdress(conninfo, link.upstream.peerAddress), signal);
  }));
}

async function tell(scene: Scene, node: Node, to: Conninfo, signal: AbortSignal): Promise<void> {
  const setting = { name: "primary_conninfo", value: formatConninfo(to) };
  await setAndReload(scene.observer, node, setting, signal);
}

/** Waits until the replica's receiver streams, and its bytes are seen in the relay. */
async function streams(scene: Scene, link: Link, signal: AbortSignal): Promise<void> {
  const { replica, upstream, relay } = link;
  const what = `${replica.name} should stream from ${upstream.name} through a relay`;
  await until(what, signal, async () => {
    const now = await followed(scene, replica, signal);
    const why = notThrough(now, link);
    if (why) return { seen: why };
    return relay.lanes.downstream.passed > 0 ? { done: undefined } : { seen: "no byte has passed" };
  });
}

/** Why a replica does not stream through a link's relay; undefined when it does. */
export function notThrough(now: Followed, { via }: Link): string | undefined {
  if (now.status === null) return "it has no WAL receiver";
  if (now.status !== "streaming") return `its WAL receiver is ${now.status}`;
  return now.port === via.port ? undefined : `it streams past the relay, from port ${now.port}`;
}
