/**
 * What a link does to the bytes of one direction, as pure functions of time and luck: how late a
 * chunk is, how much of it may pass now.
 *
 *     disturbances ─combined─> Policy ─┬─ lateMs()    a chunk arrives: how much later it leaves
 *                                      └─ Bucket      how many bytes may leave now
 *
 * @module
 */

/** WAL flows `downstream`, to the replica; its confirmations flow `upstream`. */
export type Direction = "downstream" | "upstream";

/** Both directions. */
export const directions: readonly Direction[] = ["downstream", "upstream"];

/** What one fault does to a direction. */
export interface Disturbance {
  /** Nothing passes. */
  isHeld?: boolean;
  /** Everything is this much later, in milliseconds. */
  delayMs?: number;
  /** Up to this much more or less, in milliseconds; the order of the bytes is kept. */
  jitterMs?: number;
  /** Share of the segments that are lost, from 0 to below 1. */
  loss?: number;
  bytesPerSecond?: number;
}

/** What all disturbances of a direction come to. */
export type Policy = Readonly<Required<Disturbance>>;

/** A link that nobody disturbs. */
export const undisturbed: Policy = {
  isHeld: false,
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  bytesPerSecond: Infinity,
};

/** Delays add up, the narrowest place counts, what is lost once is lost. */
export function combined(disturbances: Iterable<Disturbance>): Policy {
  let policy = undisturbed;
  for (const { isHeld, delayMs, jitterMs, loss, bytesPerSecond } of disturbances) {
    policy = {
      isHeld: policy.isHeld || (isHeld ?? false),
      delayMs: policy.delayMs + (delayMs ?? 0),
      jitterMs: policy.jitterMs + (jitterMs ?? 0),
      loss: 1 - (1 - policy.loss) * (1 - (loss ?? 0)),
      bytesPerSecond: Math.min(policy.bytesPerSecond, bytesPerSecond ?? Infinity),
    };
  }
  return policy;
}

/** Whether a policy changes nothing. */
export function isPlain({ isHeld, delayMs, jitterMs, loss, bytesPerSecond }: Policy): boolean {
  return !isHeld && delayMs === 0 && jitterMs === 0 && loss === 0 && bytesPerSecond === Infinity;
}

/** Payload of a TCP segment on Ethernet, in bytes. */
const segmentBytes = 1448;

/** Linux sends again what was not confirmed after at least this long, in milliseconds: tcp(7). */
const retransmitMs = 200;

/** Times that one segment is lost in a row, at the most. */
const lossesMax = 8;

/**
 * How much later a chunk that arrives now leaves, in milliseconds. A byte stream loses nothing:
 * what a lost packet does to it is that it, and all that is behind it, comes after the sender has
 * sent it again, each further time after twice as long.
 */
export function lateMs(policy: Policy, bytes: number, random: () => number): number {
  const { delayMs, jitterMs, loss } = policy;
  const jitter = jitterMs === 0 ? 0 : (2 * random() - 1) * jitterMs;
  let late = Math.max(0, delayMs + jitter);
  if (loss === 0) return late;
  // The first time any segment of the chunk may be the lost one, then it is that one.
  let chance = 1 - (1 - loss) ** Math.ceil(bytes / segmentBytes);
  for (let losses = 0; losses < lossesMax && random() < chance; losses++) {
    late += retransmitMs * 2 ** losses;
    chance = loss;
  }
  return late;
}

/** How much of a second's bytes may pass at once after a pause. */
const burstShare = 0.05;

/** A token bucket: bytes pass at a rate, whoever asks. */
export class Bucket {
  #tokens = 0;
  #at: number | undefined;

  /**
   * How many of these bytes may pass at `now` (milliseconds): they are taken. When it is none,
   * `waitMs` says when to ask again.
   */
  take(
    bytes: number,
    bytesPerSecond: number,
    now: number,
  ): { bytes: number; waitMs: number } {
    if (bytesPerSecond === Infinity) {
      this.#at = undefined;
      return { bytes, waitMs: 0 };
    }
    const burst = Math.max(1, bytesPerSecond * burstShare);
    const since = now - (this.#at ?? now);
    this.#tokens = Math.min(burst, this.#tokens + since * bytesPerSecond / 1000);
    this.#at = now;
    const passing = Math.min(bytes, Math.floor(this.#tokens));
    this.#tokens -= passing;
    if (passing > 0) return { bytes: passing, waitMs: 0 };
    // Slices of a fifth of a burst: less often would be coarse, more often costs time.
    const wanted = Math.min(bytes, Math.max(1, burst / 5)) - this.#tokens;
    return { bytes: 0, waitMs: Math.max(1, wanted * 1000 / bytesPerSecond) };
  }
}

/** How many bytes, whole ones, a link holds on their way before the sender has to wait. */
export function windowBytes({ isHeld, delayMs, jitterMs, loss, bytesPerSecond }: Policy): number {
  if (isHeld) return 1;
  // A narrow place with a short queue: the sender is to feel it.
  if (bytesPerSecond < Infinity) {
    return Math.max(4096, Math.min(65_536, Math.floor(bytesPerSecond / 5)));
  }
  return delayMs + jitterMs + loss > 0 ? 4 * 1024 * 1024 : 1;
}
