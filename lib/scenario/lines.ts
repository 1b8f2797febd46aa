/**
 * Offsets of a text as lines and columns. Our own, because the YAML parser's counter loses lines
 * after a syntax error.
 *
 * @module
 */
import type { Place } from "./model.ts";

/** The lines of one text. */
export class Lines {
  readonly #starts = [0];
  readonly #length: number;
  readonly #isEnded: boolean;

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      this.#starts.push(at + 1);
    }
    this.#length = text.length;
    this.#isEnded = text.endsWith("\n");
  }

  /** Number of the last line that holds something. */
  get last(): number {
    return Math.max(1, this.#starts.length - (this.#isEnded ? 1 : 0));
  }

  /** Where an offset is; one outside of the text is at its nearest end. */
  place(offset: number): Place {
    const inside = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: inside - this.#starts[low]! + 1 };
  }
}
