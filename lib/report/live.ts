/**
 * A few lines at the bottom of a terminal that are drawn over and over, with finished lines scrolling
 * by above them. Only relative movements, so nothing of what stood there before is touched.
 *
 * @module
 */

/** Up so many lines, to the first column, and clear to the end of the screen (ECMA-48 CPL and ED). */
function erasing(lines: number): string {
  return lines === 0 ? "" : `\u001b[${lines}F\u001b[0J`;
}

/** The lines that are drawn now. */
export class LiveLines {
  readonly #write: (text: string) => void;
  #drawn = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Replaces what is drawn. No line may be wider than the terminal. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join("");
    if (this.#drawn === 0 && text === "") return;
    this.#write(erasing(this.#drawn) + text);
    this.#drawn = lines.length;
  }

  /** Prints text that stays; what was drawn is gone until it is drawn again. */
  print(text: string): void {
    this.#write(erasing(this.#drawn) + text);
    this.#drawn = 0;
  }
}
