/**
 * The file systems of one node: its data in one folder, its WAL in another, each of which can have a
 * file system mounted.
 *
 *     RUN/1/master/disk/data/
 *     RUN/1/master/wal/pg_wal/   <── disk/data/pg_wal
 *
 * @module
 */
import { join } from "node:path";
import { type DiskPart, diskParts, fillScript, freeScript, moveWalScript } from "../disk.ts";
import { NodeError } from "../model.ts";
import type { Account } from "./account.ts";
import { mountDisk } from "./disk.ts";
import { exec } from "./exec.ts";
import { copyTree, own } from "./template.ts";

/** Whose they are. */
export interface NodeDisksOptions {
  /** Name of the node. */
  node: string;
  /** Its own folder. */
  directory: string;
  /** What of it has a file system for itself. */
  parts: readonly DiskPart[];
  account: Account;
  /** Directory of the server's programs. */
  bin: string;
}

const folders: Record<DiskPart, string> = { data: "disk", wal: "wal" };

/** A node's file systems. */
export class NodeDisks {
  /** The data directory. */
  readonly data: string;
  readonly #options: NodeDisksOptions;

  constructor(options: NodeDisksOptions) {
    this.#options = options;
    this.data = join(this.#folder("data"), "data");
  }

  #folder(part: DiskPart): string {
    return join(this.#options.directory, folders[part]);
  }

  /** Mounts them, and puts a copy of the data directory `from` there. */
  async settle(from: string, signal: AbortSignal): Promise<void> {
    const { parts, account } = this.#options;
    for (const part of diskParts) {
      const path = this.#folder(part);
      Deno.mkdirSync(path, { mode: 0o700 });
      own(path, account);
      if (parts.includes(part)) await mountDisk(path, account, signal);
    }
    await copyTree(from, this.data, signal);
    await this.#run("wal", moveWalScript, signal);
  }

  /** As `Node.fillDisk`. */
  async fill(part: DiskPart, signal: AbortSignal): Promise<number> {
    if (this.#options.parts.includes(part)) {
      return Number(await this.#run(part, fillScript(part), signal));
    }
    throw this.#error(`its ${part} has no file system for itself`);
  }

  /** As `Node.freeDisk`. */
  async free(part: DiskPart, signal: AbortSignal): Promise<number> {
    return Number(await this.#run(part, freeScript, signal));
  }

  /** Runs a script as the server's account; returns the last line of what it printed. */
  async #run(part: DiskPart, script: string, signal: AbortSignal): Promise<string> {
    const { account, bin } = this.#options;
    const env = { DATA: this.data, DISK: this.#folder(part) };
    const ran = await exec(["sh", "-euc", script], { bin, env, cwd: "/", account, signal });
    const said = `${ran.output}${ran.errors}`.trim().split("\n").at(-1)!;
    if (ran.status === 0) return said;
    throw this.#error(said);
  }

  #error(why: string): NodeError {
    const { node } = this.#options;
    return new NodeError(`Cannot use the disk of ${node}: ${why}`, { node });
  }
}
