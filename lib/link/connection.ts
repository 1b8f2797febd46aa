/**
 * One connection of a replica through a relay: two sockets, two pipes.
 *
 *     replica <─downstream─ relay <─ upstream
 *             ──upstream──>       ─>
 *
 * @module
 */
import { type Ending, reset } from "./reset.ts";
import type { Lane } from "./lane.ts";
import { Pipe, Severed } from "./pipe.ts";
import type { Direction } from "./policy.ts";

/** One connection. */
export class Connection {
  readonly #sockets: Record<"replica" | "upstream", Deno.TcpConn>;
  readonly #pipes: Record<Direction, Pipe>;
  readonly #open: Set<Deno.TcpConn>;
  #told: (() => void) | undefined;

  constructor(
    sockets: { replica: Deno.TcpConn; upstream: Deno.TcpConn },
    lanes: Record<Direction, Lane>,
  ) {
    this.#sockets = sockets;
    this.#open = new Set([sockets.replica, sockets.upstream]);
    const { replica, upstream } = sockets;
    this.#pipes = {
      downstream: new Pipe(upstream, replica, lanes.downstream),
      upstream: new Pipe(replica, upstream, lanes.upstream),
    };
  }

  /** Bytes of a direction that were read and have not left. */
  held(direction: Direction): number {
    return this.#pipes[direction].held;
  }

  /** Runs until both directions are over, or one breaks; everything is closed then. */
  async run(): Promise<void> {
    try {
      await Promise.all(Object.values(this.#pipes).map((pipe) => pipe.run()));
    } catch (error) {
      // The peers learn of it as they would of a broken connection.
      if (error instanceof Severed) this.reset();
    } finally {
      // One end has gone and the other is not told yet.
      if (this.#told) await new Promise<void>((resolve) => this.#told = resolve);
      this.close();
    }
  }

  /** Ends both sockets by RST where that can be done. */
  reset(): Ending {
    this.#stop();
    const endings = [...this.#open].map((socket) => {
      this.#open.delete(socket);
      return reset(socket);
    });
    this.close();
    return endings.includes("FIN") ? "FIN" : "RST";
  }

  /** Ends one socket; the other peer is not told: the news does not travel in this direction. */
  abandon(direction: Direction): void {
    const gone = this.#sockets[direction === "downstream" ? "upstream" : "replica"];
    this.#told ??= () => {};
    this.#stop();
    if (this.#open.delete(gone)) gone.close();
  }

  /** Ends both sockets; a peer that was not told yet is told. */
  close(): void {
    this.#stop();
    for (const socket of this.#open) socket.close();
    this.#open.clear();
    this.#told?.();
    this.#told = undefined;
  }

  #stop(): void {
    for (const pipe of Object.values(this.#pipes)) pipe.stop();
  }
}
