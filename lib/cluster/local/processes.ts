/**
 * Processes of this machine: which there are, whose children they are, and signals to whole families.
 * A process is known by its id and its start time together, for ids are used again.
 *
 * A PostgreSQL child makes a session of its own (`setsid`), so no group or session holds a whole
 * server: its family is found by parents, with the postmaster stopped so that it cannot fork.
 *
 * @module
 */
import { sleep } from "../../time/sleep.ts";

/** One process. */
export interface Process {
  pid: number;
  parent: number;
  /** `R`, `S`, `T` (stopped), `Z` (dead, its parent has not looked yet), ... */
  state: string;
  /** Opaque; unequal for another process that got the same id. */
  start: string;
}

const linux = Deno.build.os === "linux";

let boot: string | undefined;

/** Start times count from the boot, so the boot is a part of them. */
function bootId(): string {
  return boot ??= Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
}

/** proc_pid_stat(5): the name, in parentheses, may hold anything; field 3 follows the last one. */
function fromProc(pid: number): Process | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0]!,
    parent: Number(fields[1]),
    start: `${bootId()} ${fields[19]}`,
  };
}

function fromPs(args: string[]): Process[] {
  const { stdout } = new Deno.Command("ps", {
    args: [...args, "-o", "pid=,ppid=,state=,lstart="],
    env: { LC_ALL: "C" },
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.+?)\s*$/.exec(line);
    if (!match) return [];
    return [{
      pid: Number(match[1]),
      parent: Number(match[2]),
      state: match[3]!,
      start: match[4]!,
    }];
  });
}

/** The process of an id; undefined when there is none, or a dead one. */
export function findProcess(pid: number): Process | undefined {
  const found = linux ? fromProc(pid) : fromPs(["-p", String(pid)])[0];
  return found?.state === "Z" || found?.state === "X" ? undefined : found;
}

/** Every process that can be seen. */
export function allProcesses(): Process[] {
  if (!linux) return fromPs(["-A"]);
  const found: Process[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const process = fromProc(Number(name));
    if (process) found.push(process);
  }
  return found;
}

/** Is it that very process which runs? */
export function isAlive({ pid, start }: { pid: number; start: string }): boolean {
  return findProcess(pid)?.start === start;
}

/** The processes among `roots` that live, and all their descendants. */
export function family(roots: readonly number[]): Process[] {
  const members = new Set(roots);
  const all = allProcesses().filter(({ state }) => state !== "Z" && state !== "X");
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all) {
      if (members.has(parent) && !members.has(pid)) {
        members.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => members.has(pid));
}

/** Sends a signal; false when there is no such process any more. */
export function send(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    // Deno says TypeError for ESRCH on some systems.
    if (error instanceof Deno.errors.NotFound || error instanceof TypeError) return false;
    throw error;
  }
}

/** Waits until none of them is left. */
export async function gone(
  processes: readonly Process[],
  signal: AbortSignal,
): Promise<void> {
  while (processes.some(isAlive)) await sleep(1, signal);
}

/** Stops the process alone, so that it has no more children; returns when it stands still. */
async function halt(pid: number, signal: AbortSignal): Promise<void> {
  send(pid, "SIGSTOP");
  while ((findProcess(pid)?.state ?? "T") !== "T") await sleep(1, signal);
}

/** SIGKILL to a process and all its descendants; returns when all are gone. */
export async function killFamily(root: number, signal: AbortSignal): Promise<void> {
  await halt(root, signal);
  const members = family([root]);
  for (const { pid } of members) send(pid, "SIGKILL");
  await gone(members, signal);
}

/** Stops a process and all its descendants where they are; returns when all stand still. */
export async function freezeFamily(root: number, signal: AbortSignal): Promise<void> {
  await halt(root, signal);
  while (true) {
    const moving = family([root]).filter(({ state }) => state !== "T");
    if (moving.length === 0) return;
    for (const { pid } of moving) send(pid, "SIGSTOP");
    await sleep(1, signal);
  }
}

/** Lets a frozen family go on, the children first; returns when none stands still. */
export async function thawFamily(root: number, signal: AbortSignal): Promise<void> {
  while (true) {
    const frozen = family([root]).filter(({ state }) => state === "T");
    if (frozen.length === 0) return;
    for (const { pid } of frozen) if (pid !== root) send(pid, "SIGCONT");
    send(root, "SIGCONT");
    await sleep(1, signal);
  }
}

/** A process with the words of its command line. */
export interface Running {
  process: Process;
  /** Name of its program: `postgres`. */
  program: string;
}

/** The programs that the harness starts. */
const ours = new Set(["postgres", "initdb", "pg_basebackup", "cp", "pgbouncer"]);

/** The harness's programs that have a path under `directory` on their command line. */
export function workingUnder(directory: string): Running[] {
  return (linux ? commandsFromProc() : commandsFromPs()).flatMap(({ pid, words }) => {
    const program = words[0]!.slice(words[0]!.lastIndexOf("/") + 1);
    if (!ours.has(program) || !words.some((word) => word.startsWith(`${directory}/`))) return [];
    const process = findProcess(pid);
    return process ? [{ process, program }] : [];
  });
}

function commandsFromProc(): { pid: number; words: string[] }[] {
  return allProcesses().flatMap(({ pid }) => {
    try {
      return [{ pid, words: Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0") }];
    } catch {
      return [];
    }
  });
}

function commandsFromPs(): { pid: number; words: string[] }[] {
  const { stdout } = new Deno.Command("ps", { args: ["-A", "-ww", "-o", "pid=,command="] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), words: match[2]!.split(" ") }] : [];
  });
}
