/**
 * File systems of a node's own on this machine: tmpfs, mounted below the node's folder. To mount needs
 * root's right. What is mounted below the run's directory is the run's, so that directory, which the
 * journal names, is enough to unmount it.
 *
 * @module
 */
import { diskBytes } from "../disk.ts";
import { type Account, runProgram } from "./account.ts";

/** CAP_SYS_ADMIN: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const mayMount = 1n << 21n;

/** Why this process cannot mount; undefined when it can. */
export function lacksMount(): string | undefined {
  if (Deno.build.os !== "linux") return "only Linux has file systems in memory with a size";
  const status = Deno.readTextFileSync("/proc/self/status");
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  if (Deno.uid() === 0 && (bits & mayMount) !== 0n) return undefined;
  return "the local target's nodes share the machine's file system, which cannot be filled; to " +
    "mount one of their own it must run as root";
}

/** Mounts an empty one that belongs to the servers' account. */
export async function mountDisk(
  path: string,
  account: Account,
  signal: AbortSignal,
): Promise<void> {
  const { uid = Deno.uid(), gid = Deno.gid() } = account;
  const options = `size=${diskBytes},mode=0700,uid=${uid},gid=${gid}`;
  await runProgram("mount", ["-t", "tmpfs", "-o", options, "pgproof", path], { signal });
}

/** Where something is mounted below a directory, the innermost first. */
function mountsBelow(directory: string): string[] {
  if (Deno.build.os !== "linux") return [];
  return Deno.readTextFileSync("/proc/self/mountinfo").split("\n").flatMap((line) => {
    // proc_pid_mountinfo(5): spaces and the like in the fifth field are written in octal.
    const path = line.split(" ")[4]?.replace(
      /\\([0-7]{3})/g,
      (_, octal) => String.fromCharCode(parseInt(octal, 8)),
    );
    return path?.startsWith(`${directory}/`) ? [path] : [];
  }).toReversed();
}

/**
 * Unmounts whatever is mounted below a directory; returns where that was.
 * @throws {NodeError} when something still uses it.
 */
export async function unmountBelow(directory: string, signal: AbortSignal): Promise<string[]> {
  const found = mountsBelow(directory);
  for (const path of found) await runProgram("umount", [path], { signal });
  return found;
}
