/**
 * The `docker` command line, for what only it can do: read compose files.
 *
 * @module
 */
import { sleep } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";

/** How a command runs. */
export interface CommandOptions {
  /** What its environment has more. */
  env?: Record<string, string>;
  /**
   * How long it may go on when the signal has aborted, in milliseconds, out of reach of a terminal's
   * Ctrl-C. The engine carries out what a command that is ended had asked for: nobody hears when.
   * Absent: it is ended at once.
   */
  graceMs?: number;
}

/**
 * Runs `docker` and returns what it printed on stdout.
 * @throws {NodeError} with what it said when it fails or is not there; the signal's reason when that
 * aborts first, after the command has ended.
 */
export async function docker(
  args: string[],
  signal: AbortSignal,
  { env = {}, graceMs = 0 }: CommandOptions = {},
): Promise<string> {
  signal.throwIfAborted();
  using stop = new LateStop(signal, graceMs);
  let output: Deno.CommandOutput;
  try {
    const command = new Deno.Command("docker", {
      args,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: graceMs > 0,
      signal: stop.signal,
    });
    output = await command.output();
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such command"
      : (cause as Error).message;
    throw new NodeError(`Cannot run docker: ${why}`, {
      log: ["install Docker with its Compose plugin, or use --target local, which needs none"],
      cause,
    });
  }
  signal.throwIfAborted();
  const decoder = new TextDecoder();
  if (output.success) return decoder.decode(output.stdout);
  const said = decoder.decode(output.stderr).trim().split("\n");
  // Progress lines say nothing about the failure.
  const errors = said.filter((line) => !/^ ?(Container|Network|Volume) \S+ {2}\w+$/.test(line))
    .map((line) => line.replace(/^Error response from daemon: /, ""));
  const words = args.filter((arg) => !arg.startsWith("-") && !arg.includes("/")).slice(0, 2);
  throw new NodeError(
    `Cannot run docker ${words.join(" ")}: ${errors.at(-1) ?? `exit code ${output.code}`}`,
    { log: errors },
  );
}

/** Aborts some time after another signal. */
class LateStop implements Disposable {
  readonly #stop = new AbortController();
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  readonly #later: () => void;

  constructor(signal: AbortSignal, ms: number) {
    this.#signal = signal;
    this.#later = () =>
      void sleep(ms, this.#ended.signal).then(() => this.#stop.abort(signal.reason), () => {});
    signal.addEventListener("abort", this.#later, { once: true });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#later);
    this.#ended.abort();
  }
}
