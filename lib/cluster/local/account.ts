/**
 * As whom the servers run. PostgreSQL refuses to run as root; root starts it as `nobody`, an account
 * that every system has (initdb looks its own user id up in the password file).
 * Source: https://www.postgresql.org/docs/current/postgres-user.html
 *
 * @module
 */
import { NodeError } from "../model.ts";

/** What `Deno.Command` needs; empty: as the harness itself. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** `nobody` of Debian, Fedora, Alpine, Arch and their kin. */
const nobody = 65534;

/** The account for servers started by this process. */
export function serverAccount(): Account {
  if (Deno.uid() !== 0) return {};
  return { uid: nobody, gid: nobody };
}

/** What a helper program said. */
export interface ProgramOutput {
  stdout: string;
  stderr: string;
}

/** The environment of every server and helper: nothing of the user's PG* variables gets in. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", TZ: "UTC", LC_ALL: "C" };
}

/**
 * Runs a program to its end.
 * @throws {NodeError} with its last words when it fails; the signal's reason when that comes first.
 */
export async function runProgram(
  program: string,
  args: string[],
  options: { account?: Account; input?: string; signal: AbortSignal; cwd?: string },
): Promise<ProgramOutput> {
  options.signal.throwIfAborted();
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: serverEnvironment(),
    cwd: options.cwd ?? "/",
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal: options.signal,
    ...options.account,
  }).spawn();
  if (options.input !== undefined) {
    const writer = child.stdin.getWriter();
    // A program that exits early says why itself.
    await writer.write(new TextEncoder().encode(options.input)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const output = await child.output();
  options.signal.throwIfAborted();
  const decoder = new TextDecoder();
  const stdout = decoder.decode(output.stdout);
  const stderr = decoder.decode(output.stderr);
  if (!output.success) {
    const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
    throw new NodeError(
      `${program} ended with exit code ${output.code}: ${lines.at(-1) ?? "it said nothing"}`,
      { log: lines.slice(-20) },
    );
  }
  return { stdout, stderr };
}

/** Can the servers' account run the program at `path`? */
export async function canRun(
  account: Account,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (account.uid === undefined) return true;
  try {
    await runProgram("test", ["-x", path], { account, signal });
    return true;
  } catch (error) {
    if (error instanceof NodeError) return false;
    throw error;
  }
}
