/**
 * A socket in front of the engine's, which can be cut: to whoever uses it the engine is then gone.
 *
 * @module
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";

/** Passes bytes both ways until it is cut. */
export class Relay implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string, target: string) {
    this.#folder = folder;
    this.path = join(folder, "docker.sock");
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: target, allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on("error", () => this.#destroy(client, engine));
        socket.on("close", () => this.#destroy(client, engine));
      }
      client.pipe(engine);
      engine.pipe(client);
    });
  }

  /** Listens in a folder of its own. */
  static async start(target: string): Promise<Relay> {
    const relay = new Relay(await Deno.makeTempDir(), target);
    await new Promise<void>((resolve) => relay.#server.listen(relay.path, resolve));
    return relay;
  }

  #destroy(...sockets: Socket[]): void {
    for (const socket of sockets) {
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }

  /** Ends every connection and accepts no more. */
  cut(): void {
    this.#server.close();
    this.#destroy(...this.#sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
