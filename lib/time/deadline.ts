/**
 * Deadlines that nest. A child never outlives its parent, and whoever is stopped can say which of
 * them ended it.
 *
 * @module
 */

/** Ended by a deadline, or by an interrupt that travels the same way. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
  /** Which one: `step (10s)`, `scenario (5min)`, `run`. */
  readonly deadline: string;

  constructor(deadline: string) {
    super(`ended by the deadline of the ${deadline}`);
    this.deadline = deadline;
  }
}

/** A bounded time to do something in. Dispose it to release its timer. */
export class Deadline implements Disposable {
  /** What it bounds, with its length: `step (10s)`. */
  readonly name: string;
  /** Aborts when this or any enclosing deadline has passed; the reason is a {@link DeadlineError}. */
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`, in milliseconds; the earliest of this and its parents. */
  readonly endsAt: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  /** `stop` ends it as well, with its own reason. */
  constructor(name: string, ms: number, parent?: Deadline | AbortSignal, stop?: AbortSignal) {
    this.name = name;
    const controller = new AbortController();
    const signals = [controller.signal];
    const own = performance.now() + ms;
    if (parent instanceof Deadline) {
      this.endsAt = Math.min(own, parent.endsAt);
      signals.push(parent.signal);
    } else {
      this.endsAt = own;
      if (parent) signals.push(parent);
    }
    if (stop) signals.push(stop);
    this.signal = signals.length === 1 ? controller.signal : AbortSignal.any(signals);
    // setTimeout cannot count further than 2^31-1 ms; a longer deadline is as good as none.
    if (ms < 2 ** 31) {
      this.#timer = setTimeout(() => controller.abort(new DeadlineError(name)), Math.max(0, ms));
    }
  }

  /** Milliseconds left, never below 0. */
  get leftMs(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  /** Which deadline ended the signal; undefined while none has. */
  get endedBy(): string | undefined {
    if (!this.signal.aborted) return undefined;
    const reason = this.signal.reason;
    return reason instanceof DeadlineError ? reason.deadline : String(reason?.message ?? reason);
  }

  /** Releases the timer. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
