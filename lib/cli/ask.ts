/**
 * Asks the person at the terminal.
 *
 * @module
 */
import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Io } from "./io.ts";
import { UsageError } from "./usage.ts";

/** Asks one question; what is in brackets is taken when nothing is typed. */
export type Ask = (question: string, fallback?: string) => Promise<string>;

/** Asks through standard input. The end of the input is told as a {@link UsageError}. */
export function askTerminal(io: Io): Ask {
  return async (question, fallback) => {
    // Readline echoes to its output; questions go through the same masking as everything else.
    const output = new Writable({
      write(chunk, _encoding, done) {
        io.out(String(chunk));
        done();
      },
    });
    const lines = createInterface({ input: stdin, output, terminal: io.isTerminal });
    try {
      const shown = fallback === undefined ? `${question} ` : `${question} [${fallback}] `;
      const closed = new Promise<undefined>((resolve) =>
        lines.once("close", () => resolve(undefined))
      );
      const answer = await Promise.race([lines.question(shown), closed]);
      if (answer === undefined) throw new UsageError("nobody answers");
      return answer.trim() || (fallback ?? "");
    } finally {
      lines.close();
    }
  };
}
