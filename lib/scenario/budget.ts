/**
 * How much work one file may cause. A matrix multiplies, a variable can be repeated: a small file
 * must not become a big one.
 *
 * @module
 */

/** A number of parts, used up by reading them. */
export class Budget {
  #left: number;

  constructor(parts: number) {
    this.#left = parts;
  }

  /** Takes parts away; false when it is used up. */
  spend(parts: number): boolean {
    this.#left -= parts;
    return this.#left >= 0;
  }

  /** True when more was asked for than there was. */
  get isSpent(): boolean {
    return this.#left < 0;
  }
}
