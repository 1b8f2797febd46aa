/**
 * A socket in front of the engine's, which can be cut: to whoever uses it the engine is then gone. Or a
 * TCP port in front of it, which makes it an engine elsewhere.
 *
 * @module
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { join } from "node:path";

/** Passes bytes both ways until it is cut. */
export class Relay implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string, target: string, tls?: TlsOptions) {
    this.#folder = folder;
    this.path = join(folder, "docker.sock");
    const accept = (client: Socket) => {
      const engine = connect({ path: target, allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on("error", () => this.#destroy(client, engine));
        socket.on("close", () => this.#destroy(client, engine));
      }
      client.pipe(engine);
      engine.pipe(client);
    };
    this.#server = tls
      ? createTlsServer(tls, accept)
      : createServer({ allowHalfOpen: true }, accept);
  }

  /** Listens in a folder of its own. */
  static async start(target: string): Promise<Relay> {
    const relay = new Relay(await Deno.makeTempDir(), target);
    await new Promise<void>((resolve) => relay.#server.listen(relay.path, resolve));
    return relay;
  }

  /** Listens on a free port of an address; with certificates it speaks TLS. */
  static async listen(target: string, host: string, tls?: TlsOptions): Promise<Relay> {
    const relay = new Relay(await Deno.makeTempDir(), target, tls);
    await new Promise<void>((resolve) => relay.#server.listen(0, host, resolve));
    return relay;
  }

  /** Its port. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
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
