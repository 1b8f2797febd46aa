/**
 * One server of a cluster in Docker: a container that is kept from creation to removal.
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
  NodeError,
  type NodeState,
  type Restoring,
  type StopMode,
} from "../model.ts";
import { accepting } from "./accepting.ts";
import { cpuWaits, limitCpu } from "./cpu.ts";
import type Docker from "./docker.ts";
import { engineGone, statusOf } from "./engine.ts";
import { execIn } from "./exec.ts";
import { type Given, inspect } from "./inspect.ts";
import { type LogLine, readLogs } from "./logs.ts";
import { NodeData, type NodeFindings } from "./node_data.ts";
import { projectLabel } from "./owner.ts";
import { deliver, type Parcel } from "./parcel.ts";
import { serverPort } from "./port.ts";
import type { Site } from "./site.ts";
import { contains, parseSubnet } from "./subnet.ts";

/** Signals of the three shutdown modes: https://www.postgresql.org/docs/current/server-shutdown.html */
const signals: Record<StopMode, string> = {
  smart: "SIGTERM",
  fast: "SIGINT",
  immediate: "SIGQUIT",
};

/** How long the engine may take to hand over a log, in milliseconds. */
const logMs = 30_000;

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
  readonly #marks: string[] = [];
  #pid: number | undefined;
  readonly #data: NodeData;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.declared = parts.declared;
    this.name = parts.declared.name;
    this.address = parts.address;
    this.peerAddress = { host: this.name, port: serverPort };
    const { client, container, image, labels, parcel, network } = parts;
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
    return this.#pid;
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

  async state(): Promise<NodeState> {
    try {
      const { State, Config } = await this.#parts.container.inspect();
      if (Config.Labels?.[projectLabel] !== this.#parts.labels[projectLabel]) {
        throw new NodeError(`Cannot use the container of ${this.name}: it was not made here`, {
          node: this.name,
        });
      }
      this.#pid = State.Running && this.#parts.site.isHere && await isHere(State.Pid)
        ? State.Pid
        : undefined;
      if (!State.Running) return "stopped";
      return State.Paused ? "paused" : "running";
    } catch (error) {
      if (statusOf(error) === 404) return "stopped";
      throw engineGone(error) ?? error;
    }
  }

  /**
   * Resolves when the container has ended, at once when it does not run: one request, where looking
   * again and again would cost the engine more than the servers' own start.
   */
  async ended(signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.container.wait({ abortSignal: signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (statusOf(error) === 404) return;
      throw engineGone(error) ?? error;
    }
  }

  /** Gives a new container what it could not mount, and starts it. Does nothing when it could. */
  async begin(signal: AbortSignal): Promise<void> {
    const { container, parcel } = this.#parts;
    if (!parcel) return;
    await this.#engine("bring files to", () => deliver(container, parcel, signal), signal);
    await this.#engine("start", () => container.start(), signal);
  }

  async start(signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) !== "stopped") return;
    const mark = await this.markLog();
    await this.#engine("start", () => this.#parts.container.start(), signal);
    await accepting(this, mark, signal);
    await this.state();
  }

  async stop(mode: StopMode, signal: AbortSignal): Promise<void> {
    await this.#end(`stop (${mode})`, signals[mode], signal);
  }

  async kill(signal: AbortSignal): Promise<void> {
    // The server is the container's first process: with it the kernel kills all others.
    await this.#end("kill", "SIGKILL", signal);
  }

  async #end(verb: string, name: string, signal: AbortSignal): Promise<void> {
    const { container } = this.#parts;
    if (await raced(this.state(), signal) === "stopped") return;
    const gone = container.wait();
    gone.catch(() => {});
    try {
      await raced(container.kill({ signal: name }), signal);
    } catch (error) {
      // 409: it ended in the meantime.
      if (statusOf(error) !== 409) throw this.#failed(verb, error, signal);
    }
    try {
      await raced(gone, signal);
    } catch (error) {
      throw this.#failed(verb, error, signal);
    }
    await this.state();
  }

  async pause(signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) !== "running") return;
    await this.#engine("pause", () => this.#parts.container.pause(), signal);
  }

  async resume(signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) !== "paused") return;
    await this.#engine("resume", () => this.#parts.container.unpause(), signal);
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

  async limitCpu(share: number | undefined, signal: AbortSignal): Promise<number | undefined> {
    const { container } = this.#parts;
    try {
      return await raced(limitCpu(container, share), signal);
    } catch (error) {
      throw this.#failed("limit the processor of", error, signal);
    }
  }

  async cpuWaits(signal: AbortSignal): Promise<number> {
    try {
      return await raced(cpuWaits(this.#parts.container), signal);
    } catch (error) {
      throw this.#failed("look at the processor of", error, signal);
    }
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

  restoreBackup(name: string, how: Restoring, signal: AbortSignal): Promise<void> {
    return this.#data.restoreBackup(name, how, signal);
  }

  rewindTo(upstream: Node, signal: AbortSignal, via?: Address): Promise<string[]> {
    return this.#data.rewindTo(upstream, signal, via);
  }

  async markLog(): Promise<LogMark> {
    const last = await this.#logs({ tail: 1 }, AbortSignal.timeout(logMs));
    return this.#marks.push(last.at(-1)?.at ?? "") - 1;
  }

  async readLog(since: LogMark, limit?: number): Promise<string[]> {
    const after = this.#marks[since];
    const lines = await this.#logs(after ? { after } : {}, AbortSignal.timeout(logMs));
    const texts = lines.map(({ text }) => text);
    return limit === undefined ? texts : texts.slice(-limit);
  }

  async #logs(options: { after?: string; tail?: number }, signal: AbortSignal): Promise<LogLine[]> {
    try {
      return await readLogs(this.#parts.container, options, signal);
    } catch (error) {
      throw engineGone(error) ?? error;
    }
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

  async #engine(verb: string, act: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    try {
      await raced(act(), signal);
    } catch (error) {
      throw this.#failed(verb, error, signal);
    }
  }

  #failed(verb: string, cause: unknown, signal: AbortSignal): unknown {
    if (signal.aborted && cause === signal.reason) return cause;
    const gone = engineGone(cause);
    if (gone) return gone;
    const { message } = cause as Error;
    const log = cause instanceof NodeError ? cause.log : [];
    return new NodeError(`Cannot ${verb} ${this.name}: ${message}`, {
      node: this.name,
      log,
      cause,
    });
  }
}

/** Whether a process of that number, and the server's name, is one of this machine. */
async function isHere(pid: number): Promise<boolean> {
  const name = await Deno.readTextFile(`/proc/${pid}/comm`).catch(() => "");
  return name.trim() === "postgres";
}
