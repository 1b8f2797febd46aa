/**
 * What a scenario changes of a cluster that can be said in SQL, and so is the same on every target:
 * who replicates from whom, slots, synchronous standbys. Each is waited for until it is in effect.
 *
 * @module
 */
import { setAndReload } from "../cluster/alter_system.ts";
import { type Cluster, type Node, NodeError } from "../cluster/model.ts";
import { operations } from "../operation/registry.ts";
import type { ClusterChange } from "../scenario/model.ts";
import { standbyNames } from "../sql/standby_names.ts";
import { raced, sleep } from "../time/sleep.ts";
import type { Scene } from "./scene.ts";

/** How long to wait between looks, in milliseconds. */
const pauseMs = 10;

/**
 * Changes a cluster that runs as the stack says.
 * @throws {NodeError} when a node does not take part or the change has no effect; {SqlError},
 * {OperationError}.
 */
export async function arrange(
  scene: Scene,
  change: ClusterChange,
  signal: AbortSignal,
): Promise<void> {
  const { cluster } = scene;
  const upstreams = upstreamsOf(cluster, change);
  // In the scenario's order: one that leads to another must be where that one finds it.
  for (const replica of Object.keys(change.upstream ?? {})) {
    const follow = operations.get("follow")!;
    await follow.perform(scene, [nodeOf(cluster, replica)], { of: upstreams[replica] }, signal);
  }
  for (const [replica, slot] of Object.entries(slotsOf(change, upstreams))) {
    const upstream = nodeOf(cluster, upstreams[replica] ?? "");
    await useSlot(scene, { replica: nodeOf(cluster, replica), upstream, slot, signal });
  }
  if (change.synchronous !== undefined) await synchronise(scene, change.synchronous, signal);
}

/** Whom each replica that takes part replicates from. */
function upstreamsOf({ nodes }: Cluster, { upstream = {} }: ClusterChange): Record<string, string> {
  const declared = nodes.flatMap(({ name, declared }) =>
    declared.upstream === undefined ? [] : [[name, declared.upstream] as const]
  );
  const known = Object.fromEntries(declared);
  for (const replica of Object.keys(upstream)) {
    if (known[replica] !== undefined) continue;
    throw new NodeError(`Cannot give ${replica} an upstream: it is no replica that takes part`);
  }
  return { ...known, ...upstream };
}

function nodeOf({ nodes }: Cluster, name: string): Node {
  const found = nodes.find((node) => node.name === name);
  if (found) return found;
  throw new NodeError(`Cannot change the cluster: ${name || "an upstream"} does not take part`);
}

/** The slot of each replica; a slot's name has letters that a node's may not have. */
function slotsOf(
  { slots = {} }: ClusterChange,
  upstreams: Record<string, string>,
): Record<string, string> {
  if (slots !== true) return slots;
  return Object.fromEntries(
    Object.keys(upstreams).map((name) => [name, name.toLowerCase().replaceAll(/[^a-z0-9_]/g, "_")]),
  );
}

async function useSlot(
  { observer }: Scene,
  on: { replica: Node; upstream: Node; slot: string; signal: AbortSignal },
): Promise<void> {
  const { replica, upstream, slot, signal } = on;
  // It keeps WAL from now on, not only from the first connection.
  const create = "select pg_create_physical_replication_slot($1, true)";
  await observer.ask(upstream, create, [slot], signal);
  // Since PostgreSQL 13 a reload is enough for it.
  await setAndReload(observer, replica, { name: "primary_slot_name", value: slot }, signal);
  const sql = "select active from pg_replication_slots where slot_name = $1";
  await until(`slot ${slot} of ${upstream.name} in use by ${replica.name}`, signal, async () => {
    const { rows } = await observer.ask(upstream, sql, [slot], signal);
    return rows[0]?.[0] === true ? undefined : "it is not active";
  });
}

async function synchronise(scene: Scene, text: string, signal: AbortSignal): Promise<void> {
  const { observer, cluster } = scene;
  const primary = cluster.nodes.find(({ declared }) => declared.role === "primary")!;
  const { count: wanted, names } = standbyNames(text)!;
  const present = names.filter((name) => cluster.nodes.some((node) => node.name === name));
  if (!names.includes("*") && present.length < wanted) {
    const takePart = present.join(", ") || "none";
    throw new NodeError(`Cannot have ${wanted} synchronous of ${text}: ${takePart} takes part`);
  }
  const setting = { name: "synchronous_standby_names", value: text };
  await setAndReload(observer, primary, setting, signal);
  const sql = `select count(*) filter (where sync_state in ('sync', 'quorum')),
    string_agg(application_name || ' ' || sync_state, ', ' order by application_name)
    from pg_stat_replication`;
  await until(`${wanted} synchronous of ${text}`, signal, async () => {
    const [found, states] = (await observer.ask(primary, sql, [], signal)).rows[0]!;
    return Number(found) >= wanted ? undefined : String(states ?? "nobody replicates");
  });
}

/** Looks until there is nothing to complain of. */
async function until(
  what: string,
  signal: AbortSignal,
  look: () => Promise<string | undefined>,
): Promise<void> {
  let seen = "nothing";
  try {
    for (;;) {
      const found = await raced(look(), signal);
      if (found === undefined) return;
      seen = found;
      await sleep(pauseMs, signal);
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new NodeError(`Waited for ${what}: ${seen}`, { cause });
  }
}
