/**
 * The container of a node, which is kept from creation to removal: what starts, ends, freezes and
 * limits the processes in it.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import { NodeError, type NodeState, type StopMode } from "../model.ts";
import { cpuWaits, limitCpu } from "./cpu.ts";
import type Docker from "./docker.ts";
import { engineGone, statusOf } from "./engine.ts";
import { nodeFailure } from "./node_failure.ts";
import { projectLabel } from "./owner.ts";
import { deliver, type Parcel } from "./parcel.ts";

/** Signals of the three shutdown modes: https://www.postgresql.org/docs/current/server-shutdown.html */
const signals: Record<StopMode, string> = {
  smart: "SIGTERM",
  fast: "SIGINT",
  immediate: "SIGQUIT",
};

/** A container and whose it is. */
export interface ContainerOwner {
  /** The node's name. */
  name: string;
  container: Docker.Container;
  /** Compose project that has to have made it. */
  project: string | undefined;
  /** Whether its processes are this machine's. */
  isHere: boolean;
  /** What it was given, where it could not be mounted. */
  parcel: Parcel | undefined;
}

/** The container of one node. */
export class NodeContainer {
  readonly #owner: ContainerOwner;
  readonly #container: Docker.Container;
  #pid: number | undefined;

  /** Of this node. */
  constructor(owner: ContainerOwner) {
    this.#owner = owner;
    this.#container = owner.container;
  }

  /** Of the engine's machine, where that is this one; as last seen. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** See `Node`. */
  async state(): Promise<NodeState> {
    const { name, project, isHere } = this.#owner;
    try {
      const { State, Config } = await this.#container.inspect();
      if (Config.Labels?.[projectLabel] !== project) {
        throw new NodeError(`Cannot use the container of ${name}: it was not made here`, {
          node: name,
        });
      }
      this.#pid = State.Running && isHere && await isServer(State.Pid) ? State.Pid : undefined;
      if (!State.Running) return "stopped";
      return State.Paused ? "paused" : "running";
    } catch (error) {
      if (statusOf(error) === 404) return "stopped";
      throw engineGone(error) ?? error;
    }
  }

  /**
   * Resolves when it has ended, at once when it does not run: one request, where looking again and
   * again would cost the engine more than the servers' own start.
   */
  async ended(signal: AbortSignal): Promise<void> {
    try {
      await this.#container.wait({ abortSignal: signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (statusOf(error) === 404) return;
      throw engineGone(error) ?? error;
    }
  }

  /** Gives a new one what it could not mount, and starts it. Does nothing when it could. */
  async begin(signal: AbortSignal): Promise<void> {
    const { parcel } = this.#owner;
    if (!parcel) return;
    await this.#ask("bring files to", () => deliver(this.#container, parcel, signal), signal);
    await this.start(signal);
  }

  /** Starts it; whether the server comes up in it is another matter. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#ask("start", () => this.#container.start(), signal);
  }

  /** See `Node`. */
  async stop(mode: StopMode, signal: AbortSignal): Promise<void> {
    await this.#end(`stop (${mode})`, signals[mode], signal);
  }

  /** See `Node`. */
  async kill(signal: AbortSignal): Promise<void> {
    // The server is the container's first process: with it the kernel kills all others.
    await this.#end("kill", "SIGKILL", signal);
  }

  async #end(verb: string, name: string, signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) === "stopped") return;
    const gone = this.#container.wait();
    gone.catch(() => {});
    try {
      await raced(this.#container.kill({ signal: name }), signal);
    } catch (error) {
      // 409: it ended in the meantime.
      if (statusOf(error) !== 409) throw this.#failed(verb, error, signal);
    }
    await this.#ask(verb, () => gone, signal);
    await this.state();
  }

  /** See `Node`. */
  async pause(signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) !== "running") return;
    await this.#ask("pause", () => this.#container.pause(), signal);
  }

  /** See `Node`. */
  async resume(signal: AbortSignal): Promise<void> {
    if (await raced(this.state(), signal) !== "paused") return;
    await this.#ask("resume", () => this.#container.unpause(), signal);
  }

  /** See `Node`. */
  limitCpu(share: number | undefined, signal: AbortSignal): Promise<number | undefined> {
    const verb = "limit the processor of";
    return this.#ask(verb, () => limitCpu(this.#container, share), signal);
  }

  /** See `Node`. */
  cpuWaits(signal: AbortSignal): Promise<number> {
    return this.#ask("look at the processor of", () => cpuWaits(this.#container), signal);
  }

  async #ask<T>(verb: string, act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await raced(act(), signal);
    } catch (error) {
      throw this.#failed(verb, error, signal);
    }
  }

  #failed(verb: string, cause: unknown, signal: AbortSignal): unknown {
    return nodeFailure(this.#owner.name, { verb, cause }, signal);
  }
}

/** Whether a process of that number, and the server's name, is one of this machine. */
async function isServer(pid: number): Promise<boolean> {
  const name = await Deno.readTextFile(`/proc/${pid}/comm`).catch(() => "");
  return name.trim() === "postgres";
}
