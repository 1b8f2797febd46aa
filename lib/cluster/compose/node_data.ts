/**
 * The data directory of a node in a container, worked on by scripts in containers beside it.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import type { Conninfo } from "../conninfo.ts";
import { type DiskPart, fillScript, freeScript, moveWalScript } from "../disk.ts";
import { type Address, type BackupPart, type Node, NodeError, type Restoring } from "../model.ts";
import type { Verification } from "../verification.ts";
import { backupsVolume, labelOf, restoreScript, restoring, takeScript } from "./backups.ts";
import { verified, verifyScript } from "./backups.ts";
import {
  clientConnection,
  cloneScript,
  connection,
  emptyScript,
  followScript,
  owned,
  rewindScript,
  writeScript,
} from "./data.ts";
import { diskTarget } from "./disk.ts";
import type Docker from "./docker.ts";
import { type Helper, runHelper } from "./helper.ts";

/** What is only known once the server has run. */
export interface NodeFindings {
  /** Path in the container. */
  dataDirectory: string;
  /** How it connects, or would connect, to an upstream. */
  conninfo: Conninfo;
}

/** What the data need of their node. */
export interface DataOwner {
  node: Node;
  client: Docker;
  containerId: string;
  /** Of the containers beside it. */
  helper: Pick<Helper, "image" | "labels" | "parcel"> & { network: string };
  /** What went wrong, as an error of the node. */
  failed: (verb: string, cause: unknown, signal: AbortSignal) => unknown;
}

/** The data directory of one node. */
export class NodeData {
  readonly #owner: DataOwner;
  /** Set by whoever brought the cluster up. */
  findings: NodeFindings | undefined;

  /** Of this node. */
  constructor(owner: DataOwner) {
    this.#owner = owner;
  }

  /** Path in the container. */
  get directory(): string {
    return this.#found().dataDirectory;
  }

  /** See {@link Node}. */
  async empty(signal: AbortSignal): Promise<void> {
    await this.#change("empty the data of", emptyScript, {}, signal);
  }

  /** See {@link Node}. */
  async cloneFrom(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    const environment = connection(this.#found().conninfo, upstream, via);
    await this.#change(`clone ${upstream.name} to`, cloneScript, environment, signal);
  }

  /** See {@link Node}. */
  async configureStandby(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    const verb = `set up a replica of ${upstream.name} on`;
    const environment = connection(this.#found().conninfo, upstream, via);
    await this.#change(verb, followScript, environment, signal);
  }

  /** See {@link Node}. */
  async write(file: string, text: string, signal: AbortSignal): Promise<void> {
    const environment = { FILE: file, TEXT: text };
    await this.#change(`write ${file} to the data of`, writeScript, environment, signal);
  }

  /** Moves the WAL of the stopped server to a volume of its own, where the cluster has one for it. */
  async moveWal(signal: AbortSignal): Promise<void> {
    const script = `${moveWalScript}\nchown -R "$owner" "$DISK"`;
    await this.#onDisk("wal", owned(script), signal);
  }

  /** See {@link Node}. */
  async fillDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return Number((await this.#onDisk(part, fillScript(part), signal)).at(-1));
  }

  /** See {@link Node}. */
  async freeDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return Number((await this.#onDisk(part, freeScript, signal)).at(-1));
  }

  #onDisk(part: DiskPart, script: string, signal: AbortSignal): Promise<string[]> {
    const environment = { DISK: diskTarget(this.#owner.node.declared, part) };
    return this.#run("use the disk of", script, environment, signal);
  }

  /** See {@link Node}. */
  async takeBackup(
    name: string,
    part: BackupPart | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const environment = { ...connection(this.#found().conninfo, this.#owner.node), NAME: name };
    const lines = await this.#run("back up", takeScript(part), environment, signal);
    return part ? "" : labelOf(lines);
  }

  /** As `Cluster.verifyBackup`. */
  async verifyBackup(name: string, signal: AbortSignal): Promise<Verification> {
    return verified(await this.#run("verify a backup of", verifyScript, { NAME: name }, signal));
  }

  /** See {@link Node}. */
  async restoreBackup(name: string, how: Restoring, signal: AbortSignal): Promise<void> {
    await this.#change("restore", restoreScript, restoring(name, how), signal);
  }

  /** See {@link Node}. */
  async rewindTo(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]> {
    const environment = clientConnection(this.#found().conninfo, upstream, via);
    return await this.#change(`rewind, to ${upstream.name},`, rewindScript, environment, signal);
  }

  #found(): NodeFindings {
    if (this.findings) return this.findings;
    const { name } = this.#owner.node;
    throw new NodeError(`Cannot reach the data of ${name}: it has not run yet`, { node: name });
  }

  /** Runs a script on the data of the stopped server; what it makes belongs to the server. */
  async #change(
    verb: string,
    script: string,
    environment: Record<string, string>,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { node } = this.#owner;
    if (await raced(node.state(), signal) !== "stopped") {
      throw new NodeError(`Cannot ${verb} ${node.name}: the server runs`, { node: node.name });
    }
    return await this.#run(verb, owned(script), environment, signal);
  }

  /** Runs a script beside the server, in a container that sees its volumes and the backups. */
  async #run(
    verb: string,
    script: string,
    environment: Record<string, string>,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { client, containerId, helper, failed } = this.#owner;
    try {
      return await runHelper(client, {
        ...helper,
        script,
        environment: { DATA: this.directory, ...environment },
        volumesOf: containerId,
        volumes: environment.NAME === undefined ? [] : [backupsVolume(helper.labels)],
      }, signal);
    } catch (error) {
      throw failed(verb, error, signal);
    }
  }
}
