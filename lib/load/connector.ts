/**
 * Keeps a load's clients connected, in the background. One client knocks first; only when it gets in
 * do the others follow, so that an outage is not met with a storm of attempts. Clients take turns at
 * knocking: they may belong to different nodes, of which only one is down.
 *
 * @module
 */
import { SqlError } from "../sql/session.ts";
import type { Session } from "../sql/session.ts";
import { Deadline } from "../time/deadline.ts";
import { sleep } from "../time/sleep.ts";
import type { LoadClient } from "./client.ts";

/** The pause between attempts that fail, in milliseconds. */
const pauseMs = 100;

/** How long finding the node and logging in may take, in milliseconds: roles are asked for 2 s. */
const attemptMs = 5000;

/** A connection and the name of the node at its other end. */
export interface Connected {
  session: Session;
  node: string;
}

/** Connects clients that have no connection. */
export class Connector {
  readonly #clients: readonly LoadClient[];
  readonly #connect: (signal: AbortSignal, client: number) => Promise<Connected>;
  #turn = 0;
  readonly #connected: (client: LoadClient) => void;
  readonly #signal: AbortSignal;
  #work: Promise<void> | undefined;
  /** Why the last attempt failed: SQLSTATE, socket error, or the error's name. */
  lastCode = "not_connected";

  constructor(clients: readonly LoadClient[], options: {
    connect: (signal: AbortSignal, client: number) => Promise<Connected>;
    /** Called for each client that got a connection. */
    connected: (client: LoadClient) => void;
    /** Ends all attempts. */
    signal: AbortSignal;
  }) {
    this.#clients = clients;
    this.#connect = options.connect;
    this.#connected = options.connected;
    this.#signal = options.signal;
  }

  /** Sees to it that every client will be connected. Returns at once. */
  wake(): void {
    if (this.#work || this.#signal.aborted || this.#missing().length === 0) return;
    this.#work = this.#run().finally(() => {
      this.#work = undefined;
      // A connection may have been lost while the last attempt was being made.
      this.wake();
    });
  }

  /** Resolves when no attempt is being made any more. Abort the signal first. */
  async stopped(): Promise<void> {
    await this.#work;
  }

  #missing(): LoadClient[] {
    return this.#clients.filter((client) => !client.isConnected && !client.isWaiting);
  }

  async #run(): Promise<void> {
    while (!this.#signal.aborted) {
      const missing = this.#missing();
      const first = missing[this.#turn % missing.length];
      if (!first) return;
      const others = missing.filter((client) => client !== first);
      const isIn = await this.#attempt(first) &&
        (await Promise.all(others.map((client) => this.#attempt(client)))).every(Boolean);
      if (isIn) continue;
      this.#turn++;
      await sleep(pauseMs, this.#signal).catch(() => {});
    }
  }

  async #attempt(client: LoadClient): Promise<boolean> {
    const connected = await this.#open(client.number);
    if (!connected) return false;
    client.adopt(connected.session, connected.node, performance.now());
    this.#connected(client);
    return true;
  }

  async #open(client: number): Promise<Connected | undefined> {
    using deadline = new Deadline("connection attempt", attemptMs, this.#signal);
    try {
      const connected = await this.#connect(deadline.signal, client);
      if (!this.#signal.aborted) return connected;
      await connected.session.close();
    } catch (error) {
      if (!this.#signal.aborted) {
        this.lastCode = error instanceof SqlError ? error.code : (error as Error).name;
      }
    }
    return undefined;
  }
}
