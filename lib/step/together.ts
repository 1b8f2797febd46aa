/**
 * A meeting point of several nodes: all go on at the same moment, or none does.
 *
 * @module
 */

/** The meeting point of so many. */
export class Meeting {
  readonly #count: number;
  #waiting: PromiseWithResolvers<void>[] = [];
  #failure: { error: unknown } | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Waits until all have come here; they may meet again afterwards.
   * @throws what one of them failed with.
   */
  meet(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    const own = Promise.withResolvers<void>();
    this.#waiting.push(own);
    if (this.#waiting.length === this.#count) { for (const each of this.#take()) each.resolve(); }
    return own.promise;
  }

  /** One of them will not come any more. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    for (const each of this.#take()) each.reject(this.#failure.error);
  }

  #take(): PromiseWithResolvers<void>[] {
    return this.#waiting.splice(0);
  }
}
