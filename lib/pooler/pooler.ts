/**
 * A connection pooler of the harness's own in front of the nodes of a cluster.
 *
 *     client ──> PgBouncer, on this machine ──> node
 *
 * It lies in a directory as runs of the local target have them, with a journal of its own: after a
 * SIGKILL of the harness `clean` finds it there.
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
import { lastLines, reasonOf } from "../cluster/local/server.ts";
import { own } from "../cluster/local/template.ts";
import { NodeError } from "../cluster/model.ts";
import { type Login, Session, SqlError } from "../sql/session.ts";
import { sleep } from "../time/sleep.ts";
import { poolerIni, poolerUser, poolerUsers, type Served } from "./configuration.ts";
import { findPooler, lacksPooler } from "./program.ts";

/** How often it is tried again on another port when somebody was faster. */
const attemptsMax = 3;

/** A PgBouncer that runs. */
export class Pooler {
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
   * Starts one in front of all nodes; returns when it answers. The nodes need not run.
   * @throws {NodeError} with what it said when it does not; nothing is left behind.
   */
  static async start(nodes: readonly Served[], signal: AbortSignal): Promise<Pooler> {
    const program = findPooler();
    if (program === undefined) throw new NodeError(`Cannot start a pooler: ${lacksPooler()}`);
    for (let attempt = 1;; attempt++) {
      try {
        return await Pooler.#startOnce(program, nodes, signal);
      } catch (error) {
        const log = error instanceof NodeError ? error.log.join("\n") : "";
        if (attempt === attemptsMax || !/Address already in use/.test(log)) throw error;
      }
    }
  }

  static async #startOnce(
    program: string,
    nodes: readonly Served[],
    signal: AbortSignal,
  ): Promise<Pooler> {
    const directory = await runDirectory(signal);
    const journal = await Journal.open(directory);
    const [port] = freePorts(1) as [number];
    const password = crypto.randomUUID();
    let pooler: Pooler | undefined;
    try {
      await Deno.mkdir(directory, { mode: 0o700 });
      const users = join(directory, "users.txt");
      await Deno.writeTextFile(users, poolerUsers(password), { mode: 0o600 });
      await Deno.writeTextFile(iniIn(directory), poolerIni(nodes, { port, users }), {
        mode: 0o600,
      });
      for (const path of [directory, users, iniIn(directory)]) own(path, serverAccount());
      pooler = new Pooler(program, { directory, password, port, journal });
      await pooler.#answers(signal);
      return pooler;
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

  /** The end of what it has written. */
  lastLines(): Promise<string[]> {
    return lastLines(this.#log);
  }

  /** How to log in to a node through it. */
  loginTo({ name }: Pick<Served, "name">): Login {
    const { port } = this;
    return {
      host: "127.0.0.1",
      port,
      user: poolerUser,
      password: this.#password,
      database: name,
    };
  }

  /** Asks its console until it answers: the port alone could be somebody else's. */
  async #answers(signal: AbortSignal): Promise<void> {
    while (true) {
      try {
        await using desk = await Session.open(this.loginTo({ name: "pgbouncer" }), signal);
        return void await desk.query("show version", [], signal);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        const why = this.#isGone
          ? "it exited"
          : signal.aborted
          ? reasonOf(signal)
          : error.isAbsence
          ? undefined
          : error.message;
        if (why !== undefined) {
          const log = await this.lastLines();
          throw new NodeError(`Cannot start a pooler: ${why}, saying: ${log.at(-1) ?? "nothing"}`, {
            log,
          });
        }
      }
      await sleep(10, signal).catch(() => {});
    }
  }

  /** Ends it at once, its clients' connections too: it keeps nothing. */
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
