/**
 * A program in a running container, as the account that runs the server.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { raced } from "../../time/sleep.ts";
import { type Executed, NodeError } from "../model.ts";
import type Docker from "./docker.ts";

/** What to run. */
export interface Execution {
  command: readonly string[];
  environment: Record<string, string>;
}

/** What of a command's output is kept, of each stream. */
const bytesMax = 1024 * 1024;

/**
 * The image need not have the server's programs in its PATH. The first line says by which number the
 * program can be ended, or that there is no such program.
 */
const script = `
for folder in /usr/lib/postgresql/*/bin; do PATH=$folder:$PATH; done
command -v "$1" >/dev/null || { echo absent; exit 127; }
echo "$$"
exec "$@"`;

/**
 * Runs it to its end.
 * @throws {NodeError} when it cannot be started. When the signal aborts it is killed, and the
 * signal's reason is thrown.
 */
export async function execIn(
  container: Docker.Container,
  { command, environment }: Execution,
  signal: AbortSignal,
): Promise<Executed> {
  signal.throwIfAborted();
  const made = await raced(
    container.exec({
      Cmd: ["sh", "-c", script, "sh", ...command],
      User: "postgres",
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      AttachStdout: true,
      AttachStderr: true,
    }),
    signal,
  );
  const stream = await raced(made.start({}), signal);
  const [output, errors] = [new Kept(), new Kept()];
  container.modem.demuxStream(stream, output, errors);
  try {
    await raced(finished(stream), signal);
    const { ExitCode } = await raced(made.inspect(), signal);
    const [, first, rest = ""] = /^([^\n]*)\n([^]*)$/.exec(output.text) ?? [];
    if (first === "absent") throw new NodeError("there is no such program in its container");
    if (ExitCode === null) throw new NodeError("the engine does not know how it ended");
    return { status: ExitCode, output: rest, errors: errors.text };
  } catch (error) {
    stream.destroy();
    const pid = /^\d+/.exec(output.text)?.[0];
    if (pid) await end(container, pid);
    throw error;
  }
}

/** The first part of a stream. */
class Kept extends Writable {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    if (this.#size < bytesMax) this.#chunks.push(chunk.slice(0, bytesMax - this.#size));
    this.#size += chunk.length;
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** Ends it. Its container may be gone, and with it the process. */
async function end(container: Docker.Container, pid: string): Promise<void> {
  try {
    const made = await container.exec({ Cmd: ["sh", "-c", 'kill -9 "$0"', pid], User: "postgres" });
    await made.start({ Detach: true });
  } catch { /* nothing is left to end */ }
}
