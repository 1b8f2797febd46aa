/**
 * A terminal that understands what the live display writes, and nothing else: it refuses any other
 * control character, so a test sees at once when something slips through.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/** Keeps the lines as somebody would see them. */
export class Screen {
  /** Finished lines; the cursor stands at the beginning of the line after them. */
  readonly lines: string[] = [];
  /** Everything that was written. */
  raw = "";

  /** Takes text that ends in a newline, or nothing but control sequences. */
  write(text: string): void {
    this.raw += text;
    // deno-lint-ignore no-control-regex
    const [, up, rest] = /^(?:\u001b\[(\d+)F\u001b\[0J)?([^]*)$/.exec(text)!;
    if (up !== undefined) this.lines.splice(this.lines.length - Number(up));
    if (rest === "") return;
    if (!rest!.endsWith("\n")) throw new Error(`an unfinished line: ${JSON.stringify(rest)}`);
    // deno-lint-ignore no-control-regex
    const plain = rest!.replace(/\u001b\[\d+m/g, "");
    // deno-lint-ignore no-control-regex
    if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(plain)) {
      throw new Error(`a control character: ${JSON.stringify(plain)}`);
    }
    this.lines.push(...stripVTControlCharacters(plain).slice(0, -1).split("\n"));
  }
}
