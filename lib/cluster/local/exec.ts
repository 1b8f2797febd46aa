/**
 * A command run beside a server, as the server's account.
 *
 * @module
 */
import type { Executed } from "../model.ts";
import { type Account, serverEnvironment } from "./account.ts";

/** What of a command's output is kept, of each stream. */
const bytesMax = 1024 * 1024;

/** Where and as whom to run it. */
export interface ExecOptions {
  /** Directory of the server's programs, first in PATH. */
  bin: string;
  /** PGHOST and the like. */
  env: Record<string, string>;
  cwd: string;
  account: Account;
  signal: AbortSignal;
}

/**
 * Runs a command to its end.
 * @throws the signal's reason when that comes first; what the system says when it cannot be started.
 */
export async function exec(command: readonly string[], options: ExecOptions): Promise<Executed> {
  const { bin, cwd, account, signal } = options;
  signal.throwIfAborted();
  const [program, ...args] = command;
  const env = { ...serverEnvironment(), ...options.env };
  const child = new Deno.Command(program!, {
    args,
    clearEnv: true,
    env: { ...env, PATH: `${bin}:${env.PATH}` },
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...account,
  }).spawn();
  // It may have started others that hold its output open; they end with it or not at all.
  const stop = () => {
    try {
      child.kill("SIGKILL");
    } catch { /* It has ended. */ }
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [{ code }, output, errors] = await Promise.all([
      child.status,
      head(child.stdout, signal),
      head(child.stderr, signal),
    ]);
    signal.throwIfAborted();
    return { status: code, output, errors };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The first part of a stream, which is read to its end, or until the signal aborts. */
async function head(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const kept: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (size < bytesMax) kept.push(value.subarray(0, bytesMax - size));
      size += value.length;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return new TextDecoder().decode(await new Blob(kept as BlobPart[]).bytes());
}
