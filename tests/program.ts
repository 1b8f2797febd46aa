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
  return spawn(["run", "-A", "--no-check", "main.ts", ...args], env, false);
}

/** The same as in a terminal, where it and what it starts share a process group. */
export function spawnInTerminal(
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return spawn(["run", "-A", "--no-check", "main.ts", ...args], env, true);
}

/** Starts a task as in a terminal. */
export function spawnTask(
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return spawn(["task", ...args], env, true);
}

/** What a terminal does at Ctrl-C: every process of the group gets the signal. */
export function pressCtrlC({ pid }: Deno.ChildProcess): void {
  Deno.kill(-pid, "SIGINT");
}

function spawn(
  args: readonly string[],
  env: Record<string, string>,
  detached: boolean,
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1", ...env },
    detached,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
