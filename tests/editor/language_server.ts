/**
 * The YAML language server that editors run, spoken to over its standard input and output.
 * Protocol: https://microsoft.github.io/language-server-protocol/
 *
 * @module
 */

/** Kept to one version: what an editor shows is its business, and changes with it. */
const server = "npm:yaml-language-server@1.23.0";

/** Bounds every wait; the first start downloads the server. In milliseconds. */
const waitMs = 60_000;

/** A message of the protocol, as far as it matters here. */
interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/** A mistake as an editor underlines it. */
export interface Underlined {
  message: string;
  range: { start: { line: number; character: number } };
}

/** A place in a text; both count from 0. */
export interface Cursor {
  line: number;
  character: number;
}

/** A running language server. */
export class LanguageServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #diagnostics = new Map<string, PromiseWithResolvers<Underlined[]>>();
  readonly #reading: Promise<void>;
  #id = 0;

  private constructor() {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", "--no-config", "--no-lock", server, "--stdio"],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /**
   * Starts it.
   * @throws {Error} when it does not answer; a machine without a registry cannot have it.
   */
  static async start(): Promise<LanguageServer> {
    const started = new LanguageServer();
    try {
      await started.ask("initialize", { processId: null, rootUri: null, capabilities: {} });
      await started.#tell("initialized", {});
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens a document and returns what is underlined in it. */
  async open(uri: string, text: string): Promise<Underlined[]> {
    const found = Promise.withResolvers<Underlined[]>();
    this.#diagnostics.set(uri, found);
    await this.#tell("textDocument/didOpen", {
      textDocument: { uri, languageId: "yaml", version: 1, text },
    });
    return await bounded(found.promise, "diagnostics");
  }

  /** What would be completed at a place. */
  async complete(uri: string, position: Cursor): Promise<string[]> {
    const found = await this.ask("textDocument/completion", { textDocument: { uri }, position });
    const items = Array.isArray(found) ? found : (found as { items: { label: string }[] }).items;
    return (items as { label: string }[]).map(({ label }) => label);
  }

  /** What is shown for the word at a place. */
  async hover(uri: string, position: Cursor): Promise<string> {
    const found = await this.ask("textDocument/hover", { textDocument: { uri }, position });
    return JSON.stringify((found as { contents?: unknown } | null)?.contents ?? "");
  }

  /** Asks and waits for the answer. */
  async ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    await this.#send({ id, method, params });
    return await bounded(answer.promise, method);
  }

  #tell(method: string, params: unknown): Promise<void> {
    return this.#send({ method, params });
  }

  async #send(message: Message): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    await this.#writer.write(new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`));
    await this.#writer.write(body);
  }

  async #read(): Promise<void> {
    let bytes = new Uint8Array();
    for await (const chunk of this.#child.stdout) {
      bytes = new Uint8Array([...bytes, ...chunk]);
      for (let found = cut(bytes); found; found = cut(bytes)) {
        bytes = found.rest;
        await this.#take(found.message);
      }
    }
    const ended = new Error("the language server ended");
    for (const answer of this.#answers.values()) answer.reject(ended);
    for (const answer of this.#diagnostics.values()) answer.reject(ended);
  }

  async #take({ id, method, params, result, error }: Message): Promise<void> {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: Underlined[] };
      this.#diagnostics.get(uri)?.resolve(diagnostics);
    } else if (method !== undefined) {
      // It asks for the editor's settings: an item of null each, the defaults.
      const items = (params as { items?: unknown[] } | undefined)?.items ?? [];
      if (id !== undefined) await this.#send({ id, result: items.map(() => null) });
    } else if (id !== undefined) {
      if (error) this.#answers.get(id)?.reject(new Error(error.message));
      else this.#answers.get(id)?.resolve(result);
      this.#answers.delete(id);
    }
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const answer of [...this.#answers.values(), ...this.#diagnostics.values()]) {
      answer.promise.catch(() => {});
    }
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
    await this.#child.status;
    await this.#writer.abort().catch(() => {});
    await this.#reading.catch(() => {});
  }
}

/** The first whole message of some bytes, and what follows it. */
function cut(bytes: Uint8Array): { message: Message; rest: Uint8Array<ArrayBuffer> } | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const end = head.indexOf("\r\n\r\n");
  const length = Number(/Content-Length: (\d+)/i.exec(head)?.[1]);
  if (end < 0 || bytes.length < end + 4 + length) return undefined;
  const body = bytes.subarray(end + 4, end + 4 + length);
  return {
    message: JSON.parse(new TextDecoder().decode(body)),
    rest: bytes.slice(end + 4 + length),
  };
}

async function bounded<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer to ${what}`)), waitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
