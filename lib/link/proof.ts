/**
 * What shows that a link is cut, or that bytes pass again. The harness writes a record of WAL that
 * means nothing (`pg_logical_emit_message`) and looks where it arrives.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { FaultError } from "../fault/kind.ts";
import { hopelessIn } from "../operation/upstream.ts";
import type { Scene } from "../run/scene.ts";
import { parseLsn } from "../sql/lsn.ts";
import { receivedSql } from "../sql/wal.ts";
import { notThrough } from "./enter.ts";
import { followed } from "./followed.ts";
import type { Link } from "./links.ts";
import { until } from "./look.ts";
import { type Direction, directions } from "./policy.ts";

/** Bytes of a record that is only to be seen. */
const markBytes = 32;

/** A commit must not wait for replicas that the link itself holds up. */
const writeSql = (bytes: number) =>
  `select set_config('synchronous_commit', 'local', true),
    pg_logical_emit_message(true, 'pgproof', repeat('.', ${Math.round(bytes)}))::text`;

/**
 * Writes WAL that flows down a link; returns where it ends.
 * @throws {FaultError} when nobody writes.
 */
export async function writeWal(
  scene: Scene,
  { upstream }: Link,
  options: { bytes?: number; signal: AbortSignal },
): Promise<bigint> {
  const { bytes = markBytes, signal } = options;
  const isReplica = await scene.observer.value(upstream, "select pg_is_in_recovery()", signal);
  const writer = isReplica ? await scene.roles.livePrimary(signal) : upstream;
  if (!writer) throw new FaultError("no primary answers: no WAL can be sent to see where it goes");
  const { rows } = await scene.observer.ask(writer, writeSql(bytes), [], signal);
  return parseLsn(String(rows[0]![1]));
}

/** Waits until a replica has received up to `lsn` through the relay; returns where it is. */
export async function received(
  scene: Scene,
  link: Link,
  on: { lsn: bigint; what: string; signal: AbortSignal },
): Promise<string> {
  const { lsn, what, signal } = on;
  return await until(what, signal, async () => {
    const now = await followed(scene, link.replica, signal);
    const why = notThrough(now, link);
    if (why) return { seen: why };
    const has = now.received !== null && parseLsn(now.received) >= lsn;
    return has ? { done: now.received! } : { seen: `it has received up to ${now.received}` };
  });
}

/**
 * Makes sure that a fault has something to disturb: WAL flows down the link.
 * @throws {FaultError} when it does not.
 */
export async function mustFlow(scene: Scene, link: Link, signal: AbortSignal): Promise<void> {
  const { replica, upstream, relay } = link;
  if (directions.some((each) => relay.lanes[each].policy.isHeld)) {
    throw new FaultError(`the link of ${replica.name} to ${upstream.name} is cut already`);
  }
  const lsn = await writeWal(scene, link, { signal });
  const what = `WAL of ${upstream.name} should flow to ${replica.name} before the fault`;
  await received(scene, link, { lsn, what, signal });
}

/**
 * Waits until a replica has received what its upstream has now.
 * @throws {FaultError} when it does not.
 */
export async function level(scene: Scene, link: Link, signal: AbortSignal): Promise<void> {
  const { replica, upstream } = link;
  const sql = `select case when pg_is_in_recovery() then ${receivedSql}
    else pg_current_wal_flush_lsn() end::text`;
  const lsn = parseLsn(String(await scene.observer.value(upstream, sql, signal)));
  const what = `${replica.name} should have what ${upstream.name} has before the fault`;
  await received(scene, link, { lsn, what, signal });
}

/**
 * Proves that nothing passes: WAL that was written after the cut is held in the relay, and the
 * replica has not received it.
 * @throws {FaultError} when it has.
 */
export async function proveCut(
  scene: Scene,
  link: Link,
  on: { which: readonly Direction[]; signal: AbortSignal },
): Promise<string> {
  const { which, signal } = on;
  const { replica, upstream, relay } = link;
  const lsn = await writeWal(scene, link, { signal });
  const direction = which.includes("downstream") ? "downstream" : "upstream";
  const lane = relay.lanes[direction];
  const between = `between ${replica.name} and ${upstream.name}`;
  await until(`bytes ${between} should stand still`, signal, () => {
    const held = relay.held(direction);
    const seen = `none has come to the relay, ${lane.passed} have passed`;
    return Promise.resolve(held > 0 ? { done: held } : { seen });
  });
  const { passed } = lane;
  const { received } = await followed(scene, replica, signal);
  if (direction === "downstream" && received !== null && parseLsn(received) >= lsn) {
    throw new FaultError(`the link ${between} was cut, but ${replica.name} received ${received}`);
  }
  if (lane.passed !== passed) {
    throw new FaultError(`the link ${between} was cut, but ${lane.passed - passed} bytes passed`);
  }
  return direction === "downstream"
    ? `WAL of ${upstream.name} for ${replica.name} stands still in the link: ` +
      `${replica.name} has received up to ${received}, ${upstream.name} has written more`
    : `confirmations of ${replica.name} for ${upstream.name} stand still in the link`;
}

/** What a node cannot do any more for a link to flow; undefined: nothing is in the way. */
async function excuse(scene: Scene, link: Link, signal: AbortSignal): Promise<string | undefined> {
  const { replica, upstream } = link;
  for (const node of [replica, upstream]) {
    const state = await node.state();
    if (state !== "running") return `${node.name} is ${state}`;
  }
  const now = await followed(scene, replica, signal);
  if (!now.isReplica) return `${replica.name} was promoted`;
  if (now.upstream !== upstream) {
    return `${replica.name} follows ${now.upstream?.name ?? "no node of the cluster"} now`;
  }
  return now.link ? undefined : `${replica.name} was set up anew, past the relay`;
}

/**
 * Proves that bytes pass again, unless the scenario has seen to it that there is nobody to send or to
 * receive them.
 * @throws {FaultError}
 */
export async function proveFlows(
  scene: Scene,
  link: Link,
  signal: AbortSignal,
): Promise<string> {
  const { replica, upstream } = link;
  const mark = await replica.markLog();
  const what = `${replica.name} should receive from ${upstream.name} again`;
  let lsn: bigint | undefined;
  return await until(what, signal, async () => {
    const why = await excuse(scene, link, signal);
    if (why) return { done: `the link is open; ${why}` };
    const lines = await replica.readLog(mark);
    const hopeless = hopelessIn(lines);
    if (hopeless) return { done: `the link is open; ${replica.name} cannot follow: ${hopeless}` };
    const now = await followed(scene, replica, signal);
    const not = notThrough(now, link);
    if (not) return { seen: not };
    lsn ??= await writeWal(scene, link, { signal });
    return now.received !== null && parseLsn(now.received) >= lsn
      ? { done: `${replica.name} receives from ${upstream.name} again, up to ${now.received}` }
      : { seen: `it has received up to ${now.received}` };
  });
}

/** Which run of a server this is; undefined when it does not answer. */
export async function incarnation(
  scene: Scene,
  node: Node,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (await node.state() !== "running") return undefined;
  const sql = "select pg_postmaster_start_time()::text";
  return await scene.observer.value(node, sql, signal).then(String, () => {
    signal.throwIfAborted();
    return undefined;
  });
}
