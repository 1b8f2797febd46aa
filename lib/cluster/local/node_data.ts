/**
 * The data directory of a local node, and the files beside it.
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
import type { Conninfo } from "../conninfo.ts";
import type { DiskPart } from "../disk.ts";
import { type Address, type BackupPart, type Node, NodeError, type Restoring } from "../model.ts";
import { exists, removeAll } from "./cache.ts";
import { clone } from "./clone.ts";
import { connectionTo } from "./connection.ts";
import { keep, unpack } from "./kept_backup.ts";
import type { LocalNode, NodeOptions, Surroundings } from "./node.ts";
import { NodeDisks } from "./node_disks.ts";
import { rewind } from "./rewind.ts";
import { makeStandby, slotOf, writeOwn } from "./standby.ts";
import { initialise, own } from "./template.ts";

/** Where a cluster keeps its backups, beside the folders of its nodes. */
export function backupsFolder(directory: string): string {
  return join(directory, "backups");
}

/** Whose the data are. */
export interface DataOwner {
  node: LocalNode;
  options: NodeOptions;
  surroundings: Surroundings;
  /** Whether its server runs. */
  isUp: () => boolean;
  /** What its command line says of the upstream must not count any more. */
  dropUpstream: () => void;
}

/** The data directory of one node. */
export class NodeData {
  /** Its path. */
  readonly directory: string;
  readonly #owner: DataOwner;
  readonly #options: NodeOptions;
  readonly #with: Surroundings;
  readonly #disks: NodeDisks | undefined;

  /** Of this node; nothing is made yet. */
  constructor(owner: DataOwner) {
    const { options, surroundings } = owner;
    this.#owner = owner;
    this.#options = options;
    this.#with = surroundings;
    const { declared: { name }, directory, disks } = options;
    if (disks.length > 0) {
      const { account, binaries: { bin } } = surroundings;
      this.#disks = new NodeDisks({ node: name, directory, parts: disks, account, bin });
    }
    this.directory = this.#disks?.data ?? join(directory, "data");
  }

  get #name(): string {
    return this.#options.declared.name;
  }

  /** Whether the data are copied, and not moved, from where they are prepared. */
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
    else Deno.renameSync(copy, this.directory);
    const base = configuration.onInitdb
      ? Deno.readTextFileSync(join(this.directory, "postgresql.conf"))
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

  /** How the node connects, or would connect, to an upstream. */
  connectionTo({ name, peerAddress: address }: Node, via?: Address): Conninfo {
    return connectionTo(this.#options.configuration.connection, { name, address }, via);
  }

  #write(path: string, text: string): void {
    writeOwn(path, text, this.#with.account);
  }

  #follow(conninfo: Conninfo | undefined, slot?: string): void {
    makeStandby(this.directory, { conninfo, slot }, this.#with.account);
  }

  /** Makes them as the stack's entrypoint does, where there are none. */
  async fill(signal: AbortSignal): Promise<void> {
    if (await exists(join(this.directory, "PG_VERSION"))) return;
    const { upstream, recipe, configuration } = this.#options;
    if (upstream) {
      await this.#clone(upstream, signal);
      this.#follow(configuration.conninfo);
      return;
    }
    await removeAll(this.directory);
    await initialise(this.directory, recipe, this.#with.binaries, { ...this.#with, signal });
  }

  /** See {@link Node}. */
  async empty(signal: AbortSignal): Promise<void> {
    this.#mustBeStopped("empty the data of");
    signal.throwIfAborted();
    await removeAll(this.directory);
    await Deno.mkdir(this.directory, { mode: 0o700 });
    own(this.directory, this.#with.account);
  }

  /** See {@link Node}. */
  async cloneFrom(upstream: LocalNode, signal: AbortSignal, via?: Address): Promise<void> {
    this.#mustBeStopped("clone");
    const slot = slotOf(this.directory);
    await this.#clone(upstream, signal, via);
    this.#standby(upstream, { slot, via });
  }

  async #clone(upstream: LocalNode, signal: AbortSignal, via?: Address): Promise<void> {
    await this.empty(signal);
    try {
      await clone({
        upstream,
        from: upstream.data,
        to: this.directory,
        conninfo: this.connectionTo(upstream, via),
        ...this.#with,
        signal,
      });
    } catch (error) {
      // Half a copy would pass for a database at the next start.
      await this.empty(new AbortController().signal);
      const { message, log = [] } = error as NodeError;
      const what = `Cannot clone ${upstream.name} for ${this.#name}: ${message}`;
      throw new NodeError(what, { node: this.#name, log, cause: error });
    }
  }

  /** See {@link Node}. */
  configureStandby(upstream: Node, signal: AbortSignal, via?: Address): void {
    this.#mustBeStopped("configure");
    signal.throwIfAborted();
    this.#standby(upstream, { slot: slotOf(this.directory), via });
  }

  #standby(
    upstream: Node,
    { slot, via }: { slot?: string | undefined; via?: Address | undefined },
  ): void {
    this.#owner.dropUpstream();
    this.#follow(this.connectionTo(upstream, via), slot);
  }

  /** See {@link Node}. */
  write(file: string, text: string, signal: AbortSignal): void {
    this.#mustBeStopped("write to the data of");
    signal.throwIfAborted();
    this.#write(join(this.directory, file), text);
  }

  /** See {@link Node}. */
  fillDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#ownDisks().fill(part, signal);
  }

  /** See {@link Node}. */
  freeDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#ownDisks().free(part, signal);
  }

  #ownDisks(): NodeDisks {
    if (this.#disks) return this.#disks;
    throw this.#error(`Cannot use the disk of ${this.#name}: it has none for itself`);
  }

  /** See {@link Node}. */
  takeBackup(name: string, part: BackupPart | undefined, signal: AbortSignal): Promise<string> {
    return keep(this.#owner.node, { name, part }, this.#keeping(signal));
  }

  /** See {@link Node}. */
  async restoreBackup(name: string, how: Restoring, signal: AbortSignal): Promise<void> {
    this.#mustBeStopped("restore");
    await unpack(this.directory, { name, how }, this.#keeping(signal));
  }

  #keeping(signal: AbortSignal) {
    return { folder: backupsFolder(dirname(this.#options.directory)), ...this.#with, signal };
  }

  /** See {@link Node}. */
  async rewindTo(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]> {
    this.#mustBeStopped("rewind");
    const configFile = join(this.#options.directory, "postgresql.conf");
    // pg_rewind brings the other one's file along.
    const slot = slotOf(this.directory);
    const rewinding = { data: this.directory, configFile, upstream, ...this.#with, signal };
    const said = await rewind(rewinding);
    this.#standby(upstream, { slot, via });
    return said;
  }

  #mustBeStopped(verb: string): void {
    if (this.#owner.isUp()) throw this.#error(`Cannot ${verb} ${this.#name}: it is not stopped`);
  }

  #error(message: string): NodeError {
    return new NodeError(message, { node: this.#name });
  }
}
