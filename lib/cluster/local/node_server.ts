/**
 * The server of a local node over its restarts: which of its processes live, and what ends, freezes
 * and thaws them.
 *
 * @module
 */
import { reasonOf } from "../../time/reason.ts";
import { NodeError, type NodeState, type StopMode } from "../model.ts";
import { raced } from "../../time/sleep.ts";
import type { ServerLog } from "./log.ts";
import * as processes from "./processes.ts";
import { type Launch, Server } from "./server.ts";

const stopSignals = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" } as const;

/** Lines of the log that go with an error. */
const errorLines = 20;

/** The server of one node. */
export class NodeServer {
  readonly #launch: Launch;
  readonly #log: ServerLog;
  #args: string[];
  #server: Server | undefined;

  /** Starts nothing yet. */
  constructor(launch: Launch, log: ServerLog) {
    this.#launch = launch;
    this.#log = log;
    this.#args = launch.args;
  }

  get #name(): string {
    return this.#launch.node;
  }

  /** Whether its postmaster lives. */
  get isUp(): boolean {
    const server = this.#server;
    return server !== undefined && server.status === undefined && processes.isAlive(server);
  }

  /** Of the postmaster that lives. */
  get pid(): number | undefined {
    return this.isUp ? this.#server!.pid : undefined;
  }

  /** See `Node`. */
  get state(): NodeState {
    const { pid } = this;
    if (pid === undefined) return "stopped";
    return processes.findProcess(pid)?.state === "T" ? "paused" : "running";
  }

  /** Takes the upstream off its command line: there it would be stronger than in any file. */
  dropUpstream(): void {
    this.#args = this.#args.flatMap((arg, index, all) => {
      const pair = arg === "-c" ? all[index + 1]! : arg;
      return pair.startsWith("primary_conninfo=") ? [] : [arg];
    });
  }

  /** Starts it, and waits until it says so but no longer. */
  async begin(signal: AbortSignal): Promise<void> {
    this.#server = new Server({ ...this.#launch, args: this.#args });
    await this.#server.begun(signal);
  }

  /** Waits until the server that was begun accepts connections. */
  ready(signal: AbortSignal): Promise<void> {
    return this.#server!.ready(signal);
  }

  /** See `Node`. */
  async stop(mode: StopMode, signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    const members = processes.family([pid]);
    processes.send(pid, stopSignals[mode]);
    // A frozen server takes the signal when it thaws.
    if (this.state === "paused") await processes.thawFamily(pid, signal);
    await this.#end(`stop ${this.#name} (${mode})`, members, signal);
  }

  /** See `Node`. */
  async kill(signal: AbortSignal): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    await processes.killFamily(pid, signal);
    await this.#end(`kill ${this.#name}`, [], signal);
  }

  async #end(what: string, members: processes.Process[], signal: AbortSignal): Promise<void> {
    try {
      await raced(this.#server!.exited, signal);
      await processes.gone(members, signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      const left = members.filter(processes.isAlive).length;
      const log = await this.#log.read(0, errorLines);
      throw new NodeError(`Cannot ${what}: ${left} processes left: ${reasonOf(signal)}`, {
        node: this.#name,
        log,
        cause,
      });
    }
  }

  /** See `Node`. */
  async pause(signal: AbortSignal): Promise<void> {
    await processes.freezeFamily(this.#running("pause"), signal);
  }

  /** See `Node`. */
  async resume(signal: AbortSignal): Promise<void> {
    await processes.thawFamily(this.#running("resume"), signal);
  }

  #running(verb: string): number {
    const { pid } = this;
    if (pid !== undefined) return pid;
    const node = this.#name;
    throw new NodeError(`Cannot ${verb} ${node}: it is stopped`, { node });
  }
}
