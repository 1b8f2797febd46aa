/**
 * The process's own standard output and error.
 *
 * @module
 */
import { masker } from "../result/mask.ts";
import type { Io } from "./io.ts";

const encoder = new TextEncoder();

/** A pipe that was closed (`| head`) ends the printing, not the run. */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  try {
    for (let bytes = encoder.encode(text); bytes.length > 0;) {
      bytes = bytes.subarray(stream.writeSync(bytes));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** The terminal this process was started from. `NO_COLOR`: https://no-color.org */
export function terminal(): Io {
  const isTerminal = Deno.stdout.isTerminal();
  let mask = masker([]);
  return {
    out: (text) => writeAll(Deno.stdout, mask(text)),
    err: (text) => writeAll(Deno.stderr, mask(text)),
    hide: (secrets) => mask = masker([...secrets]),
    isTerminal,
    columns: () => isTerminal ? Deno.consoleSize().columns : undefined,
    color: isTerminal && !Deno.env.get("NO_COLOR"),
  };
}
