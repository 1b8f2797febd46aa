/**
 * What shows that a link is slow: how long a round trip takes, how many bytes pass in a second, that
 * something had to be sent again.
 *
 * @module
 */
import { linkInto } from "../fact/link.ts";
import type { Scene } from "../run/scene.ts";
import { parseLsn } from "../sql/lsn.ts";
import { received, writeWal } from "./proof.ts";
import type { Link } from "./links.ts";
import { until } from "./look.ts";
import type { Direction } from "./policy.ts";

/**
 * How long a record takes to arrive, and until the upstream knows that it has, in milliseconds.
 * @throws {FaultError} when it does not arrive, or is not confirmed.
 */
export async function roundTrip(
  scene: Scene,
  link: Link,
  signal: AbortSignal,
): Promise<{ there: number; andBack: number }> {
  const { replica, upstream } = link;
  const sender = await senderOf(scene, link, signal);
  const sentAt = performance.now();
  const lsn = await writeWal(scene, link, { signal });
  const what = `WAL of ${upstream.name} should reach ${replica.name}`;
  await received(scene, link, { lsn, what, signal });
  const there = performance.now() - sentAt;
  const sql = "select flush_lsn::text from pg_stat_replication where pid = $1";
  await until(`${replica.name} should confirm it to ${upstream.name}`, signal, async () => {
    const { rows } = await scene.observer.ask(upstream, sql, [sender], signal);
    const seen = rows[0]?.[0] as string | null | undefined;
    return seen && parseLsn(seen) >= lsn
      ? { done: undefined }
      : { seen: rows[0] ? `${seen} is confirmed` : "its sender is gone" };
  });
  return { there, andBack: performance.now() - sentAt };
}

/** Process id of the sender at the upper end of a link. */
async function senderOf(scene: Scene, { replica }: Link, signal: AbortSignal): Promise<number> {
  return await until(`the sender for ${replica.name} should be known`, signal, async () => {
    const found = await linkInto(scene, replica, signal);
    return "link" in found ? { done: found.link.sender.pid } : { seen: found.finding.seen };
  });
}

/** A quarter of a second's bytes show a rate; not so few that one record is more, nor too many. */
function sampleBytes(limit: number): number {
  return Math.max(2048, Math.min(limit / 4, 4 * 1024 * 1024));
}

/**
 * Bytes per second that arrive when there are enough of them.
 * @throws {FaultError} when they do not.
 */
export async function rateOf(
  scene: Scene,
  link: Link,
  on: { limit: number; signal: AbortSignal },
): Promise<number> {
  const { limit, signal } = on;
  const { replica, upstream, relay } = link;
  const lane = relay.lanes.downstream;
  const [beganAt, before] = [performance.now(), lane.passed];
  const lsn = await writeWal(scene, link, { bytes: sampleBytes(limit), signal });
  const what = `WAL of ${upstream.name} should reach ${replica.name}`;
  await received(scene, link, { lsn, what, signal });
  return (lane.passed - before) * 1000 / (performance.now() - beganAt);
}

/**
 * Writes until a segment had to be sent again.
 * @throws {FaultError} when none had to.
 */
export async function proveLoss(
  scene: Scene,
  link: Link,
  on: { which: readonly Direction[]; signal: AbortSignal },
): Promise<string> {
  const { which, signal } = on;
  const lost = () => which.reduce((sum, each) => sum + link.relay.lanes[each].retransmitted, 0);
  const before = lost();
  const writes = await until("a segment should be lost", signal, async () => {
    await writeWal(scene, link, { signal });
    const count = lost() - before;
    return count > 0 ? { done: count } : { seen: "all have passed" };
  });
  return `${writes} had to be sent again`;
}
