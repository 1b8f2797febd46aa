/**
 * An {@link Io} that keeps what is printed.
 *
 * @module
 */
import type { Io } from "../../lib/cli/io.ts";

/** What was printed, and where to print it. */
export interface Captured extends Io {
  readonly text: { out: string; err: string };
}

/** Captures as if the output went to a file. */
export function captured(): Captured {
  const text = { out: "", err: "" };
  return {
    text,
    out: (part) => text.out += part,
    err: (part) => text.err += part,
    hide: () => {},
    isTerminal: false,
    columns: () => undefined,
    color: false,
  };
}
