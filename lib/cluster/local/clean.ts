/**
 * Undoes what runs have left that could not do it themselves (SIGKILL, power). Acts only on what a
 * journal names: the run's directory must have the name that runs give, which no other run has, and a
 * process must be one of the harness's programs with a path under that directory on its command line.
 *
 * @module
 */
import { basename, join } from "node:path";
import { cacheDirectory, exists, partialOwner, removeAll } from "./cache.ts";
import { unmountBelow } from "./disk.ts";
import { journalDirectory, type JournalEntry } from "./journal.ts";
import { findProcess, isAlive, killFamily, workingUnder } from "./processes.ts";

/** How long the processes of one run may take to die, in milliseconds. */
const killMs = 10_000;

async function readEntry(path: string): Promise<JournalEntry | undefined> {
  try {
    const entry: JournalEntry = JSON.parse(await Deno.readTextFile(path));
    return typeof entry.directory === "string" && typeof entry.owner?.pid === "number"
      ? entry
      : undefined;
  } catch {
    return undefined;
  }
}

async function cleanRun({ directory }: JournalEntry): Promise<string[]> {
  const done: string[] = [];
  if (!/^pgproof-[0-9a-f]{8}$/.test(basename(directory))) return done;
  const signal = AbortSignal.timeout(killMs);
  for (const { process: { pid }, program } of workingUnder(directory)) {
    await killFamily(pid, signal);
    const what = program === "postgres" ? "PostgreSQL server" : `program ${program}`;
    done.push(`Killed the ${what} ${pid} that ran in ${directory}`);
  }
  for (const path of await unmountBelow(directory, signal)) done.push(`Unmounted ${path}`);
  if (await exists(directory)) {
    await removeAll(directory);
    done.push(`Removed the directory ${directory}`);
  }
  return done;
}

/** Half-built entries of the cache whose builder is gone. */
async function cleanPartials(cache: string): Promise<string[]> {
  const done: string[] = [];
  for (const kind of ["postgres", "templates"]) {
    const folder = join(cache, kind);
    if (!await exists(folder)) continue;
    for await (const { name } of Deno.readDir(folder)) {
      const owner = partialOwner(name);
      if (owner === undefined || findProcess(owner)) continue;
      await removeAll(join(folder, name));
      done.push(`Removed the unfinished ${join(folder, name)}`);
    }
  }
  return done;
}

/**
 * Removes servers, directories and journals of local runs whose process is gone; those of runs that
 * are still going on stay.
 * @returns what was removed, in sentences; empty when there was nothing.
 */
export async function cleanLeftovers(): Promise<string[]> {
  const done: string[] = [];
  const directory = await journalDirectory();
  for await (const { name } of Deno.readDir(directory)) {
    if (!name.endsWith(".json")) continue;
    const path = join(directory, name);
    const entry = await readEntry(path);
    // An unreadable journal names nothing that could be removed; it is left for people to see.
    if (!entry || isAlive(entry.owner)) continue;
    done.push(...await cleanRun(entry));
    await removeAll(path);
  }
  done.push(...await cleanPartials(await cacheDirectory()));
  return done;
}
