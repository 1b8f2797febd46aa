/**
 * The program as its user starts it: a process of its own.
 *
 * @module
 */

/** Starts it with these arguments, and with more in its environment. */
export function spawnProgram(
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "main.ts", ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
