/**
 * One server of a cluster in Docker.
 *
 * @module
 */
import type { StackNode } from "../../stack/model.ts";
import { raced } from "../../time/sleep.ts";
import type { Inspection } from "../inspection.ts";
import type { DiskPart } from "../disk.ts";
import {
  type Address,
  type BackupPart,
  type Executed,
  type LogMark,
  type Node,
  type NodeState,
  type Restoring,
  type StopMode,
} from "../model.ts";
import type { Verification } from "../verification.ts";
import { accepting } from "./accepting.ts";
import type Docker from "./docker.ts";
import { execIn } from "./exec.ts";
import { type Given, inspect } from "./inspect.ts";
import { NodeContainer } from "./node_container.ts";
import { NodeData, type NodeFindings } from "./node_data.ts";
import { nodeFailure } from "./node_failure.ts";
import { NodeLog } from "./node_log.ts";
import { projectLabel } from "./owner.ts";
import type { Parcel } from "./parcel.ts";
import { serverPort } from "./port.ts";
import type { Site } from "./site.ts";
import { contains, parseSubnet } from "./subnet.ts";

/** What a node is made of. */
export interface NodeParts {
  client: Docker;
  container: Docker.Container;
  declared: StackNode;
  address: Address;
  /** What stands for the ports and the networks of the stack. */
  given: Given;
  image: string;
  /** The engine's name of the network the nodes share. */
  network: string;
  /** The engine's own address in it. */
  gateway?: string;
  labels: Record<string, string>;
  /** Where its engine is. */
  site: Site;
  /** What its container was given, where it could not be mounted. */
  parcel: Parcel | undefined;
}

/** A node in a container. */
export class ComposeNode implements Node {
  readonly name: string;
  readonly declared: StackNode;
  readonly address: Address;
  readonly peerAddress: Address;
  readonly #parts: NodeParts;
  readonly #container: NodeContainer;
  readonly #data: NodeData;
  readonly #log: NodeLog;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.declared = parts.declared;
    this.name = parts.declared.name;
    this.address = parts.address;
    this.peerAddress = { host: this.name, port: serverPort };
    const { client, container, image, labels, parcel, network, site: { isHere } } = parts;
    const project = labels[projectLabel];
    this.#container = new NodeContainer({ name: this.name, container, project, isHere, parcel });
    this.#log = new NodeLog(container);
    this.#data = new NodeData({
      node: this,
      client,
      containerId: container.id,
      helper: { image, labels, parcel, network },
      failed: (verb, cause, signal) => this.#failed(verb, cause, signal),
    });
  }

  /** Set by whoever brought the cluster up. */
  get findings(): NodeFindings | undefined {
    return this.#data.findings;
  }

  set findings(findings: NodeFindings) {
    this.#data.findings = findings;
  }

  /** Of the engine's machine, where that is this one. */
  get pid(): number | undefined {
    return this.#container.pid;
  }

  /** The stack's network that holds an address, if one of the cluster's does. */
  networkAt(address: string): string | undefined {
    const one = parseSubnet(address);
    if (!one) return undefined;
    for (const [name, text] of this.#parts.given.subnets) {
      const subnet = parseSubnet(text);
      if (subnet && contains(subnet, one)) return name;
    }
    return undefined;
  }

  /** What the nodes of its cluster have in common. */
  get common(): Pick<NodeParts, "client" | "image" | "network" | "labels" | "site" | "parcel"> {
    return this.#parts;
  }

  /** The image it runs. */
  get image(): string {
    return this.#parts.image;
  }

  /** The engine's name of the network that the nodes share. */
  get network(): string {
    return this.#parts.network;
  }

  /** The engine's own address in that network. */
  get gateway(): string | undefined {
    return this.#parts.gateway;
  }

  /** Id of the container, for what the verbs do not cover. */
  get containerId(): string {
    return this.#parts.container.id;
  }

  state(): Promise<NodeState> {
    return this.#container.state();
  }

  /** Resolves when the container has ended, at once when it does not run. */
  ended(signal: AbortSignal): Promise<void> {
    return this.#container.ended(signal);
  }

  /** Gives a new container what it could not mount, and starts it. Does nothing when it could. */
  begin(signal: AbortSignal): Promise<void> {
    return this.#container.begin(signal);
  }

  async start(signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) !== "stopped") return;
    const mark = await this.markLog();
    await this.#container.start(signal);
    await accepting(this, mark, signal);
    await this.state();
  }

  stop(mode: StopMode, signal: AbortSignal): Promise<void> {
    return this.#container.stop(mode, signal);
  }

  kill(signal: AbortSignal): Promise<void> {
    return this.#container.kill(signal);
  }

  pause(signal: AbortSignal): Promise<void> {
    return this.#container.pause(signal);
  }

  resume(signal: AbortSignal): Promise<void> {
    return this.#container.resume(signal);
  }

  limitCpu(share: number | undefined, signal: AbortSignal): Promise<number | undefined> {
    return this.#container.limitCpu(share, signal);
  }

  cpuWaits(signal: AbortSignal): Promise<number> {
    return this.#container.cpuWaits(signal);
  }

  emptyData(signal: AbortSignal): Promise<void> {
    return this.#data.empty(signal);
  }

  cloneFrom(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    return this.#data.cloneFrom(upstream, signal, via);
  }

  configureStandby(upstream: Node, signal: AbortSignal, via?: Address): Promise<void> {
    return this.#data.configureStandby(upstream, signal, via);
  }

  writeData(file: string, text: string, signal: AbortSignal): Promise<void> {
    return this.#data.write(file, text, signal);
  }

  /** Moves the WAL of the stopped server to a volume of its own, where the cluster has one for it. */
  moveWal(signal: AbortSignal): Promise<void> {
    return this.#data.moveWal(signal);
  }

  fillDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#data.fillDisk(part, signal);
  }

  freeDisk(part: DiskPart, signal: AbortSignal): Promise<number> {
    return this.#data.freeDisk(part, signal);
  }

  takeBackup(name: string, part: BackupPart | undefined, signal: AbortSignal): Promise<string> {
    return this.#data.takeBackup(name, part, signal);
  }

  /** As `Cluster.verifyBackup`. */
  verifyBackup(name: string, signal: AbortSignal): Promise<Verification> {
    return this.#data.verifyBackup(name, signal);
  }

  restoreBackup(name: string, how: Restoring, signal: AbortSignal): Promise<void> {
    return this.#data.restoreBackup(name, how, signal);
  }

  rewindTo(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]> {
    return this.#data.rewindTo(upstream, signal, via);
  }

  markLog(): Promise<LogMark> {
    return this.#log.mark();
  }

  readLog(since: LogMark, limit?: number): Promise<string[]> {
    return this.#log.read(since, limit);
  }

  async exec(command: readonly string[], signal: AbortSignal): Promise<Executed> {
    const { user, password, database } = this.declared;
    const environment = {
      PGHOST: "127.0.0.1",
      PGPORT: String(serverPort),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGDATA: this.#data.directory,
    };
    try {
      return await execIn(this.#parts.container, { command, environment }, signal);
    } catch (error) {
      throw this.#failed(`run ${command[0] ?? "nothing"} on`, error, signal);
    }
  }

  async inspect(signal: AbortSignal): Promise<Inspection> {
    const { client, container, given, labels, parcel, site: { host } } = this.#parts;
    const copied = parcel?.targets ?? [];
    try {
      return await inspect(client, { container, given, labels, copied, host }, signal);
    } catch (error) {
      throw this.#failed("inspect", error, signal);
    }
  }

  #failed(verb: string, cause: unknown, signal: AbortSignal): unknown {
    return nodeFailure(this.name, { verb, cause }, signal);
  }
}
