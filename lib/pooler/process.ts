/**
 * A pooler that runs on this machine, beside the harness. It lies in a directory as runs of the local
 * target have them, with a journal of its own: after a SIGKILL of the harness `clean` finds it there.
 *
 * @module
 */
import { join } from "node:path";
import { serverAccount, serverEnvironment } from "../cluster/local/account.ts";
import { removeAll } from "../cluster/local/cache.ts";
import { Journal } from "../cluster/local/journal.ts";
import { freePorts } from "../cluster/local/ports.ts";
import { killFamily } from "../cluster/local/processes.ts";
import { runDirectory } from "../cluster/local/run_directory.ts";
import { lastLines } from "../cluster/local/server.ts";
import { own } from "../cluster/local/template.ts";
import { type Node, NodeError } from "../cluster/model.ts";
import type { Login } from "../sql/session.ts";
import type { StackPooler } from "../stack/model.ts";
import { untilAnswering } from "./answering.ts";
import { poolerIni, poolerLogin, poolerUsers, served } from "./configuration.ts";
import type { Pooler } from "./model.ts";
import { findPooler, lacksPooler } from "./program.ts";

/** How often it is tried again on another port when somebody was faster. */
const attemptsMax = 3;

/** What a pooler has to know of a node. */
type Reached = Pick<Node, "name" | "declared" | "address">;

/** A program that runs. */
export class PoolerProcess implements Pooler {
  readonly pid: number;
  readonly port: number;
  /** Where its files are. */
  readonly directory: string;
  readonly #password: string;
  readonly #journal: Journal;
  #isGone = false;

  private constructor(
    program: string,
    on: { directory: string; password: string; port: number; journal: Journal },
  ) {
    this.port = on.port;
    this.directory = on.directory;
    this.#password = on.password;
    this.#journal = on.journal;
    // The shell opens the log, which Deno.Command cannot, and then becomes the pooler.
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", 'exec "$0" "$@" >>"$PGPROOF_LOG" 2>&1', program, iniIn(on.directory)],
      clearEnv: true,
      env: { ...serverEnvironment(), PGPROOF_LOG: this.#log },
      cwd: "/",
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      // It refuses to run as root.
      ...serverAccount(),
    }).spawn();
    child.unref();
    this.pid = child.pid;
    child.status.then(() => this.#isGone = true);
  }

  /**
   * Starts one in front of all nodes, with what the stack says of its own, if it has one; returns when
   * it answers. The nodes need not run.
   * @throws {NodeError} with what it said when it does not; nothing is left behind.
   */
  static async start(
    nodes: readonly Reached[],
    declared: StackPooler | undefined,
    signal: AbortSignal,
  ): Promise<PoolerProcess> {
    const program = findPooler();
    if (program === undefined) throw new NodeError(`Cannot start a pooler: ${lacksPooler()}`);
    for (let attempt = 1;; attempt++) {
      try {
        return await PoolerProcess.#startOnce({ program, nodes, declared }, signal);
      } catch (error) {
        const log = error instanceof NodeError ? error.log.join("\n") : "";
        if (attempt === attemptsMax || !/Address already in use/.test(log)) throw error;
      }
    }
  }

  static async #startOnce(
    { program, nodes, declared }: {
      program: string;
      nodes: readonly Reached[];
      declared: StackPooler | undefined;
    },
    signal: AbortSignal,
  ): Promise<PoolerProcess> {
    const directory = await runDirectory(signal);
    const journal = await Journal.open(directory);
    const [port] = freePorts(1) as [number];
    const password = crypto.randomUUID();
    let pooler: PoolerProcess | undefined;
    try {
      await Deno.mkdir(directory, { mode: 0o700 });
      const users = join(directory, "users.txt");
      await Deno.writeTextFile(users, poolerUsers(password), { mode: 0o600 });
      const ini = poolerIni(
        nodes.map((node) => served(node)),
        { listen: "127.0.0.1", port, users },
        declared,
      );
      await Deno.writeTextFile(iniIn(directory), ini, { mode: 0o600 });
      for (const path of [directory, users, iniIn(directory)]) own(path, serverAccount());
      const started = new PoolerProcess(program, { directory, password, port, journal });
      pooler = started;
      await untilAnswering(started, () => started.#isGone, signal);
      return started;
    } catch (error) {
      await pooler?.stop(AbortSignal.timeout(stopMs));
      await removeAll(directory);
      await journal.close();
      throw error;
    }
  }

  get #log(): string {
    return join(this.directory, "log");
  }

  /** See {@link Pooler}. */
  lastLines(): Promise<string[]> {
    return lastLines(this.#log);
  }

  /** See {@link Pooler}. */
  loginTo({ name }: { name: string }): Login {
    return poolerLogin(name, { host: "127.0.0.1", port: this.port }, this.#password);
  }

  /** See {@link Pooler}. */
  async stop(signal: AbortSignal): Promise<void> {
    if (!this.#isGone) await killFamily(this.pid, signal);
    await removeAll(this.directory);
    await this.#journal.close();
  }
}

/** How long it may take to be gone when it did not start, in milliseconds. */
const stopMs = 10_000;

function iniIn(directory: string): string {
  return join(directory, "pgbouncer.ini");
}
