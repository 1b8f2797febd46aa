/**
 * A TCP relay in the harness's own process, between one replica and its upstream. It needs no
 * privilege and no kernel module: the replica is told to connect here instead.
 *
 *     replica ──connects──> Relay ──connects──> upstream
 *
 * @module
 */
import type { Address } from "../cluster/model.ts";
import { Connection } from "./connection.ts";
import { Lane } from "./lane.ts";
import { type Direction, directions, type Disturbance } from "./policy.ts";
import { type Ending, reset } from "./reset.ts";

/** What a relay needs to know. */
export interface RelayOptions {
  /** The address it listens on; the port is chosen. */
  listen: string;
  upstream: Address;
  /** A number in [0, 1), for jitter and loss. */
  random: () => number;
}

/** A relay that listens. Dispose it to end its connections. */
export class Relay implements AsyncDisposable {
  readonly lanes: Readonly<Record<Direction, Lane>>;
  readonly #upstream: Address;
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Connection>();
  /** Connections that wait for the link to be open before they go on. */
  readonly #waiting = new Set<Deno.TcpConn>();
  readonly #tasks = new Set<Promise<void>>();
  #isClosed = false;

  /** @throws {Deno.errors.AddrNotAvailable} when this machine does not have the address. */
  constructor({ listen, upstream, random }: RelayOptions) {
    this.#upstream = upstream;
    this.lanes = { downstream: new Lane(random), upstream: new Lane(random) };
    this.#listener = Deno.listen({ hostname: listen, port: 0 });
    this.#track(this.#accept());
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections that lead to the upstream now. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Bytes of a direction that were read and have not left. */
  held(direction: Direction): number {
    return [...this.#connections].reduce((sum, each) => sum + each.held(direction), 0);
  }

  /** Disturbs one direction, or both; call what it returns when that is over. */
  disturb(which: readonly Direction[], disturbance: Disturbance): () => void {
    const ends = which.map((direction) => this.lanes[direction].disturb(disturbance));
    return () => ends.forEach((end) => end());
  }

  /** Ends every connection on both sides, by RST where that can be done; says how. */
  reset(): Ending | undefined {
    const endings = [...this.#connections].map((each) => each.reset());
    if (endings.length === 0) return undefined;
    return endings.includes("FIN") ? "FIN" : "RST";
  }

  /**
   * Ends the side from which a direction comes of every connection; the other side is told when
   * what is returned is called.
   */
  abandon(direction: Direction): () => void {
    const left = [...this.#connections];
    for (const connection of left) connection.abandon(direction);
    return () => left.forEach((connection) => connection.close());
  }

  #track(task: Promise<void>): void {
    const tracked = task.catch(() => {}).finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  async #accept(): Promise<void> {
    while (!this.#isClosed) {
      // Whatever is wrong with one connection must not end the relay.
      const replica = await this.#listener.accept().catch(() => undefined);
      if (replica) this.#track(this.#lead(replica));
    }
  }

  async #lead(replica: Deno.TcpConn): Promise<void> {
    this.#waiting.add(replica);
    await this.#untilOpen();
    if (!this.#waiting.delete(replica)) return;
    const { host: hostname, port } = this.#upstream;
    const upstream = await Deno.connect({ hostname, port }).catch(() => undefined);
    // A refusal is told as one: the replica must not wait for a server that is not there.
    if (!upstream || this.#isClosed) {
      upstream?.close();
      return void reset(replica);
    }
    replica.setNoDelay(true);
    upstream.setNoDelay(true);
    const connection = new Connection({ replica, upstream }, this.lanes);
    this.#connections.add(connection);
    await connection.run().finally(() => this.#connections.delete(connection));
  }

  /** A connection is made by packets in both directions: without one of them it waits. */
  async #untilOpen(): Promise<void> {
    const held = () => directions.find((each) => this.lanes[each].policy.isHeld);
    for (let which = held(); which && !this.#isClosed; which = held()) {
      await this.lanes[which].pause(Infinity);
    }
  }

  /** Ends everything and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    for (const socket of this.#waiting) socket.close();
    this.#waiting.clear();
    for (const connection of this.#connections) connection.close();
    for (const direction of directions) this.lanes[direction].wake();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
