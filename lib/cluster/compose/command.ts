/**
 * The `docker` command line, for what only it can do: read compose files.
 *
 * @module
 */
import { NodeError } from "../model.ts";

/**
 * Runs `docker`, with more in its environment, and returns what it printed on stdout.
 * @throws {NodeError} with what it said when it fails or is not there; the signal's reason when that
 * aborts first, after the command has ended.
 */
export async function docker(
  args: string[],
  signal: AbortSignal,
  env: Record<string, string> = {},
): Promise<string> {
  signal.throwIfAborted();
  let output: Deno.CommandOutput;
  try {
    const command = new Deno.Command("docker", {
      args,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal,
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
