/**
 * One PostgreSQL server of a local cluster.
 *
 * @module
 */
import { join } from "node:path";
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
import { type Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Configuration } from "./configuration.ts";
import type { Conninfo } from "../conninfo.ts";
import { exec } from "./exec.ts";
import { ServerLog } from "./log.ts";
import { NodeData } from "./node_data.ts";
import { NodeServer } from "./node_server.ts";
import { type DataRecipe } from "./template.ts";

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
  upstream: LocalNode | undefined;
  /** What of it has a file system for itself. */
  disks: readonly DiskPart[];
}

/** A server on this machine. */
export class LocalNode implements Node {
  readonly name: string;
  readonly declared: StackNode;
  readonly address: Address;
  readonly peerAddress: Address;
  readonly #with: Surroundings;
  readonly #log: ServerLog;
  readonly #data: NodeData;
  readonly #server: NodeServer;

  constructor(options: NodeOptions, surroundings: Surroundings) {
    this.#with = surroundings;
    this.name = options.declared.name;
    this.declared = options.declared;
    this.address = options.address;
    this.peerAddress = options.address;
    this.#data = new NodeData({
      node: this,
      options,
      surroundings,
      isUp: () => this.#server.isUp,
      dropUpstream: () => this.#server.dropUpstream(),
    });
    const { directory, configuration: { args, collector } } = options;
    const { binaries: { bin }, account } = surroundings;
    const log = join(directory, "server.log");
    this.#log = new ServerLog(log, this.data, collector);
    const launch = { node: this.name, bin, data: this.data, args, log, account };
    this.#server = new NodeServer(launch, this.#log);
  }

  /** Its data directory. */
  get data(): string {
    return this.#data.directory;
  }

  /** Whether its data are copied, and not moved, from where they are prepared. */
  get hasDisks(): boolean {
    return this.#data.hasDisks;
  }

  /** Makes the node's folders and files around the data directory `copy`, which it takes. */
  prepare(copy: string, signal: AbortSignal): Promise<void> {
    return this.#data.prepare(copy, signal);
  }

  /** How it connects, or would connect, to an upstream. */
  connectionTo(upstream: Node, via?: Address): Conninfo {
    return this.#data.connectionTo(upstream, via);
  }

  get pid(): number | undefined {
    return this.#server.pid;
  }

  // deno-lint-ignore require-await
  async state(): Promise<NodeState> {
    return this.#server.state;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.begin(signal);
    await this.#server.ready(signal);
  }

  /** Starts the server, and waits until it says so but no longer; `start()` waits on. */
  async begin(signal: AbortSignal): Promise<void> {
    const { state } = this.#server;
    if (state === "paused") throw this.#error(`Cannot start ${this.name}: it is paused`);
    if (state === "running") return;
    await this.#data.fill(signal);
    await this.#server.begin(signal);
  }

  stop(mode: StopMode, signal: AbortSignal): Promise<void> {
    return this.#server.stop(mode, signal);
  }

  kill(signal: AbortSignal): Promise<void> {
    return this.#server.kill(signal);
  }

  pause(signal: AbortSignal): Promise<void> {
    return this.#server.pause(signal);
  }

  resume(signal: AbortSignal): Promise<void> {
    return this.#server.resume(signal);
  }

  emptyData(signal: AbortSignal): Promise<void> {
    return this.#data.empty(signal);
  }

  async cloneFrom(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    if (!(upstream instanceof LocalNode)) throw this.#error("Cannot clone: not a local node");
    await this.#data.cloneFrom(upstream, signal, via);
  }

  // deno-lint-ignore require-await
  async configureStandby(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    this.#data.configureStandby(upstream, signal, via);
  }

  // deno-lint-ignore require-await
  async writeData(file: string, text: string, signal: AbortSignal): Promise<void> {
    this.#data.write(file, text, signal);
  }

  // deno-lint-ignore require-await
  async fillDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#data.fillDisk(part, signal);
  }

  // deno-lint-ignore require-await
  async freeDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#data.freeDisk(part, signal);
  }

  takeBackup(name: string, part: BackupPart | undefined, signal: AbortSignal): Promise<string> {
    return this.#data.takeBackup(name, part, signal);
  }

  restoreBackup(name: string, how: Restoring, signal: AbortSignal): Promise<void> {
    return this.#data.restoreBackup(name, how, signal);
  }

  rewindTo(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]> {
    return this.#data.rewindTo(upstream, signal, via);
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

  #error(message: string): NodeError {
    return new NodeError(message, { node: this.name });
  }
}
