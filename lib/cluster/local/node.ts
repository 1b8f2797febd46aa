/**
 * One PostgreSQL server of a local cluster.
 *
 *     RUN/1/master/          the node's own folder
 *       data/                its data directory, see node_disks.ts where scenarios fill its disk
 *       postgresql.conf      what the stack configures, made to fit
 *       pg_hba.conf
 *       server.log
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { StackNode } from "../../stack/model.ts";
import type { DiskPart } from "../disk.ts";
import {
  type Address,
  type BackupPart,
  type Executed,
  type LogMark,
  type Node,
  NodeError,
  type NodeState,
  type Restoring,
  type StopMode,
} from "../model.ts";
import { raced } from "../../time/sleep.ts";
import { type Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { exists, removeAll } from "./cache.ts";
import { clone } from "./clone.ts";
import type { Configuration } from "./configuration.ts";
import type { Conninfo } from "../conninfo.ts";
import { connectionTo } from "./connection.ts";
import { exec } from "./exec.ts";
import { keep, unpack } from "./kept_backup.ts";
import { ServerLog } from "./log.ts";
import { NodeDisks } from "./node_disks.ts";
import * as processes from "./processes.ts";
import { rewind } from "./rewind.ts";
import { reasonOf, Server } from "./server.ts";
import { makeStandby, slotOf, writeOwn } from "./standby.ts";
import { type DataRecipe, initialise, own } from "./template.ts";

/** What all nodes of a target share. */
export interface Surroundings {
  binaries: Binaries;
  account: Account;
}

/** What makes a node. */
export interface NodeOptions {
  declared: StackNode;
  address: Address;
  /** Its own folder. */
  directory: string;
  /** Folder of its Unix socket; elsewhere, for its path has to be short. */
  sockets: string;
  configuration: Configuration;
  /** What to make new data of, should they be emptied. */
  recipe: DataRecipe;
  /** The node it replicates from at first. */
  upstream: Node | undefined;
  /** What of it has a file system for itself. */
  disks: readonly DiskPart[];
}

const stopSignals = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" } as const;

/** Where a cluster keeps its backups, beside the folders of its nodes. */
export function backupsFolder(directory: string): string {
  return join(directory, "backups");
}

/** A server on this machine. */
export class LocalNode implements Node {
  readonly name: string;
  readonly declared: StackNode;
  readonly address: Address;
  readonly peerAddress: Address;
  readonly data: string;
  readonly #options: NodeOptions;
  readonly #with: Surroundings;
  readonly #log: ServerLog;
  readonly #disks: NodeDisks | undefined;
  #args: string[];
  #server: Server | undefined;

  constructor(options: NodeOptions, surroundings: Surroundings) {
    this.#options = options;
    this.#with = surroundings;
    this.name = options.declared.name;
    this.declared = options.declared;
    this.address = options.address;
    this.peerAddress = options.address;
    const { directory, disks } = options;
    if (disks.length > 0) {
      const { account, binaries: { bin } } = surroundings;
      const parts = { node: this.name, directory, parts: disks, account, bin };
      this.#disks = new NodeDisks(parts);
    }
    this.data = this.#disks?.data ?? join(directory, "data");
    this.#args = options.configuration.args;
    const { collector } = options.configuration;
    this.#log = new ServerLog(this.#logFile, this.data, collector);
  }

  get #logFile(): string {
    return join(this.#options.directory, "server.log");
  }

  /** Whether its data are copied, and not moved, from where they are prepared. */
  get hasDisks(): boolean {
    return this.#disks !== undefined;
  }

  /** Makes the node's folders and files around the data directory `copy`, which it takes. */
  async prepare(copy: string, signal: AbortSignal): Promise<void> {
    const { directory, sockets, configuration, upstream } = this.#options;
    for (const path of [directory, sockets]) {
      Deno.mkdirSync(path, { mode: 0o700 });
      own(path, this.#with.account);
    }
    if (this.#disks) await this.#disks.settle(copy, signal);
    else Deno.renameSync(copy, this.data);
    const base = configuration.onInitdb
      ? Deno.readTextFileSync(join(this.data, "postgresql.conf"))
      : "";
    this.#write(join(directory, "postgresql.conf"), `${base}\n${configuration.file}`);
    this.#write(join(directory, "pg_hba.conf"), configuration.hba);
    for (const { from, to } of configuration.copies) {
      Deno.copyFileSync(from, to);
      Deno.chmodSync(to, 0o600);
      own(to, this.#with.account);
    }
    if (upstream) this.#follow(configuration.conninfo);
  }

  /** How it connects, or would connect, to an upstream. */
  connectionTo({ name, peerAddress: address }: Node, via?: Address): Conninfo {
    return connectionTo(this.#options.configuration.connection, { name, address }, via);
  }

  #write(path: string, text: string): void {
    writeOwn(path, text, this.#with.account);
  }

  #follow(conninfo: Conninfo | undefined, slot?: string): void {
    makeStandby(this.data, { conninfo, slot }, this.#with.account);
  }

  get #isUp(): boolean {
    const server = this.#server;
    return server !== undefined && server.status === undefined && processes.isAlive(server);
  }

  get pid(): number | undefined {
    return this.#isUp ? this.#server!.pid : undefined;
  }

  // deno-lint-ignore require-await
  async state(): Promise<NodeState> {
    const { pid } = this;
    if (pid === undefined) return "stopped";
    return processes.findProcess(pid)?.state === "T" ? "paused" : "running";
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.begin(signal);
    await this.#server!.ready(signal);
  }

  /** Starts the server, and waits until it says so but no longer; `start()` waits on. */
  async begin(signal: AbortSignal): Promise<void> {
    const state = await this.state();
    if (state === "paused") throw this.#error(`Cannot start ${this.name}: it is paused`);
    if (state === "running") return;
    await this.#fillData(signal);
    this.#launch();
    await this.#server!.begun(signal);
  }

  async #fillData(signal: AbortSignal): Promise<void> {
    if (await exists(join(this.data, "PG_VERSION"))) return;
    const { upstream, recipe, configuration } = this.#options;
    if (upstream) {
      await this.#clone(upstream, signal);
      this.#follow(configuration.conninfo);
      return;
    }
    await removeAll(this.data);
    await initialise(this.data, recipe, this.#with.binaries, { ...this.#with, signal });
  }

  #launch(): void {
    const { binaries, account } = this.#with;
    this.#server = new Server({
      node: this.name,
      bin: binaries.bin,
      data: this.data,
      args: this.#args,
      log: this.#logFile,
      account,
    });
  }

  async stop(mode: StopMode, signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    const members = processes.family([pid]);
    processes.send(pid, stopSignals[mode]);
    // A frozen server takes the signal when it thaws.
    if (await this.state() === "paused") await processes.thawFamily(pid, signal);
    await this.#end(`stop ${this.name} (${mode})`, members, signal);
  }

  async #end(what: string, members: processes.Process[], signal: AbortSignal): Promise<void> {
    try {
      await raced(this.#server!.exited, signal);
      await processes.gone(members, signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      const left = members.filter(processes.isAlive).length;
      const log = await this.#log.read(0, 20);
      throw this.#error(`Cannot ${what}: ${left} processes left: ${reasonOf(signal)}`, log, cause);
    }
  }

  async kill(signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    await processes.killFamily(pid, signal);
    await this.#end(`kill ${this.name}`, [], signal);
  }

  async pause(signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) throw this.#error(`Cannot pause ${this.name}: it is stopped`);
    await processes.freezeFamily(pid, signal);
  }

  async resume(signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) throw this.#error(`Cannot resume ${this.name}: it is stopped`);
    await processes.thawFamily(pid, signal);
  }

  async emptyData(signal: AbortSignal): Promise<void> {
    this.#mustBeStopped("empty the data of");
    signal.throwIfAborted();
    await removeAll(this.data);
    await Deno.mkdir(this.data, { mode: 0o700 });
    own(this.data, this.#with.account);
  }

  async cloneFrom(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    this.#mustBeStopped("clone");
    const slot = slotOf(this.data);
    await this.#clone(upstream, signal, via);
    this.#standby(upstream, { slot, via });
  }

  async #clone(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    if (!(upstream instanceof LocalNode)) throw this.#error("Cannot clone: not a local node");
    await this.emptyData(signal);
    try {
      await clone({
        upstream,
        from: upstream.data,
        to: this.data,
        conninfo: this.connectionTo(upstream, via),
        ...this.#with,
        signal,
      });
    } catch (error) {
      // Half a copy would pass for a database at the next start.
      await this.emptyData(new AbortController().signal);
      const { message, log = [] } = error as NodeError;
      throw this.#error(`Cannot clone ${upstream.name} for ${this.name}: ${message}`, log, error);
    }
  }

  // deno-lint-ignore require-await
  async configureStandby(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    this.#mustBeStopped("configure");
    signal.throwIfAborted();
    this.#standby(upstream, { slot: slotOf(this.data), via });
  }

  #standby(
    upstream: Node,
    { slot, via }: { slot?: string | undefined; via?: Address | undefined },
  ) {
    // On the command line it would be stronger than any file.
    this.#args = this.#args.flatMap((arg, index, all) => {
      const pair = arg === "-c" ? all[index + 1]! : arg;
      return pair.startsWith("primary_conninfo=") ? [] : [arg];
    });
    this.#follow(this.connectionTo(upstream, via), slot);
  }

  // deno-lint-ignore require-await
  async writeData(file: string, text: string, signal: AbortSignal): Promise<void> {
    this.#mustBeStopped("write to the data of");
    signal.throwIfAborted();
    this.#write(join(this.data, file), text);
  }

  fillDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#ownDisks().fill(part, signal);
  }

  freeDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#ownDisks().free(part, signal);
  }

  #ownDisks(): NodeDisks {
    if (this.#disks) return this.#disks;
    throw this.#error(`Cannot use the disk of ${this.name}: it has none for itself`);
  }

  takeBackup(name: string, part: BackupPart | undefined, signal: AbortSignal): Promise<string> {
    return keep(this, { name, part }, this.#keeping(signal));
  }

  async restoreBackup(name: string, how: Restoring, signal: AbortSignal): Promise<void> {
    this.#mustBeStopped("restore");
    await unpack(this.data, { name, how }, this.#keeping(signal));
  }

  #keeping(signal: AbortSignal) {
    return { folder: backupsFolder(dirname(this.#options.directory)), ...this.#with, signal };
  }

  async rewindTo(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]> {
    this.#mustBeStopped("rewind");
    const configFile = join(this.#options.directory, "postgresql.conf");
    // pg_rewind brings the other one's file along.
    const slot = slotOf(this.data);
    const said = await rewind({ data: this.data, configFile, upstream, ...this.#with, signal });
    this.#standby(upstream, { slot, via });
    return said;
  }

  async exec(command: readonly string[], signal: AbortSignal): Promise<Executed> {
    const { user, password, database } = this.declared;
    const { host, port } = this.address;
    const env = {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGDATA: this.data,
    };
    const { binaries: { bin }, account } = this.#with;
    try {
      return await exec(command, { bin, env, cwd: this.data, account, signal });
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw new NodeError(`Cannot run ${command[0]}: ${(cause as Error).message}`, { cause });
    }
  }

  markLog(): Promise<LogMark> {
    return this.#log.mark();
  }

  readLog(since: LogMark, limit?: number): Promise<string[]> {
    return this.#log.read(since, limit);
  }

  #mustBeStopped(verb: string): void {
    if (this.#isUp) throw this.#error(`Cannot ${verb} ${this.name}: it is not stopped`);
  }

  #error(message: string, log: readonly string[] = [], cause?: unknown): NodeError {
    return new NodeError(message, { node: this.name, log, cause });
  }
}
