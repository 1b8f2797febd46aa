/**
 * The whole command line in this process: arguments in, texts and exit code out.
 *
 * @module
 */
import { run } from "../lib/cli/run.ts";

/** What a command left. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs a command as if its output went to a file. */
export async function command(...args: string[]): Promise<Ran> {
  const ran = { code: -1, out: "", err: "" };
  ran.code = await run(args, {
    out: (text) => ran.out += text,
    err: (text) => ran.err += text,
    hide: () => {},
    isTerminal: false,
    columns: () => undefined,
    color: false,
  });
  return ran;
}
