/**
 * What a run of the harness has on this machine, written before it is made, so that `clean` can undo
 * it after the harness was killed: one file per target. All of a target lies under one directory with a
 * name of its own, and every program it starts has a path below it on its command line; so that name and
 * the owner are enough, and no process id can be mistaken.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory, removeAll } from "./cache.ts";
import { findProcess } from "./processes.ts";

/** Whose run this is, and the one directory that holds all of it. */
export interface JournalEntry {
  owner: { pid: number; start: string };
  directory: string;
}

/** The directory of the journals. */
export async function journalDirectory(): Promise<string> {
  const path = join(await cacheDirectory(), "runs");
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/** The journal of this process's target. */
export class Journal {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Begins a journal for a directory that does not exist yet. */
  static async open(directory: string): Promise<Journal> {
    const path = join(await journalDirectory(), `${crypto.randomUUID()}.json`);
    const owner = { pid: Deno.pid, start: findProcess(Deno.pid)?.start ?? "" };
    const entry: JournalEntry = { owner, directory };
    // A reader never finds a file of this name half written.
    await Deno.writeTextFile(`${path}.new`, JSON.stringify(entry) + "\n", { mode: 0o600 });
    await Deno.rename(`${path}.new`, path);
    return new Journal(path);
  }

  /** Everything is gone. */
  async close(): Promise<void> {
    await removeAll(this.#path);
  }
}
