/**
 * When each operation should be sent: operation n at start + n / rate, whatever the server does.
 * What is due and not sent yet is a difference of two numbers; nothing is queued.
 *
 * A rate of Infinity is a closed loop: something is always due, and due at the moment it is taken.
 *
 * @module
 */

/** An even schedule. Times are milliseconds on the clock of `performance.now()`. */
export class Schedule {
  readonly startedAt: number;
  readonly #intervalMs: number;
  /** The next operation that nobody has taken; from 1. */
  next = 1;

  /** @throws {RangeError} when the rate is not above 0. */
  constructor(startedAt: number, ratePerSecond: number) {
    if (!(ratePerSecond > 0)) {
      throw new RangeError(`Cannot schedule ${ratePerSecond} operations per second`);
    }
    this.startedAt = startedAt;
    this.#intervalMs = 1000 / ratePerSecond;
  }

  /** True when clients send as fast as they are answered. */
  get isClosed(): boolean {
    return this.#intervalMs === 0;
  }

  /** When an operation is due. `sentAt` is when it was taken, which says it for a closed loop. */
  at(n: number, sentAt = this.startedAt): number {
    return this.isClosed ? sentAt : this.startedAt + n * this.#intervalMs;
  }

  /** True when the next operation is due at `now`. */
  isDue(now: number): boolean {
    return this.at(this.next) <= now;
  }

  /** Takes the next operation. */
  take(): number {
    return this.next++;
  }
}
