/**
 * Whose a container, network or volume is. The labels are its journal: the engine writes them in the
 * same act that makes the thing, so nothing can be made and then forgotten.
 *
 * @module
 */
import { hostname } from "node:os";

/** The run that made it: `host pid start`. */
export const ownerLabel = "io.pgproof.owner";

/** The compose project it belongs to. */
export const projectLabel = "io.pgproof.project";

/** Absolute path of the stack file for which `up` made it. */
export const stackLabel = "io.pgproof.stack";

/** Folder of the cluster's copies of the stack's files; only on what `up` made. */
export const workLabel = "io.pgproof.work";

/** When a process began, as the kernel writes it; undefined when there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  if (Deno.build.os === "linux") {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
    // Field 22; the second, the command's name in parentheses, may itself hold spaces.
    return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  }
  const ps = new Deno.Command("ps", { args: ["-o", "lstart=", "-p", String(pid)] });
  const { stdout } = await ps.output();
  return new TextDecoder().decode(stdout).trim().replaceAll(/\s+/g, "-") || undefined;
}

/** This process, as a label says it. A pid alone is used again by others. */
export async function thisOwner(): Promise<string> {
  return `${hostname()} ${Deno.pid} ${await startOf(Deno.pid) ?? "?"}`;
}

/** Stands for the pid in the label of what `up` keeps: `down` removes it, nobody else. */
const keeper = "up";

/** The owner of what `up` makes. */
export function keptOwner(): string {
  return `${hostname()} ${keeper} ?`;
}

/** Whether the owner may still be at work. Of another machine's nothing is known: yes. */
export async function mayBeAlive(owner: string): Promise<boolean> {
  const [host, pid, start] = owner.split(" ");
  if (host !== hostname() || pid === keeper) return true;
  return await startOf(Number(pid)) === start;
}

/** The labels of everything one cluster consists of. */
export function labelsOf(project: string, owner: string): Record<string, string> {
  return { [ownerLabel]: owner, [projectLabel]: project };
}
