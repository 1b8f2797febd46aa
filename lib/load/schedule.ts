/**
 * When each operation should be sent: operation n at start + n / rate, whatever the server does.
 * What is due and not sent yet is a difference of two numbers; nothing is queued.
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

  /** When an operation is due. */
  at(n: number): number {
    return this.startedAt + n * this.#intervalMs;
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
