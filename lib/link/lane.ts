/**
 * One direction of a link: what is done to its bytes, how many have come and gone. The connections of
 * a link share it.
 *
 * @module
 */
import { Bucket, combined, type Disturbance, isPlain, type Policy, undisturbed } from "./policy.ts";

/** One direction. */
export class Lane {
  /** Bytes that have come in, and that have left, since it was made. */
  arrived = 0;
  passed = 0;
  /** Chunks with a segment that was lost, and came later. */
  retransmitted = 0;
  policy: Policy = undisturbed;
  isPlain = true;
  readonly bucket = new Bucket();
  readonly #disturbances = new Set<Disturbance>();
  readonly #waiting = new Set<() => void>();
  /** A number in [0, 1). */
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  /** Begins to disturb it; call what it returns when that is over. */
  disturb(disturbance: Disturbance): () => void {
    this.#disturbances.add(disturbance);
    this.#change();
    return () => {
      if (this.#disturbances.delete(disturbance)) this.#change();
    };
  }

  #change(): void {
    this.policy = combined(this.#disturbances);
    this.isPlain = isPlain(this.policy);
    this.wake();
  }

  /** Ends every pause. */
  wake(): void {
    for (const go of this.#waiting) go();
  }

  /** Waits this long, in milliseconds, or until something changes; with Infinity only for that. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = ms === Infinity ? undefined : setTimeout(go, Math.ceil(ms));
      this.#waiting.add(go);
    });
  }
}
