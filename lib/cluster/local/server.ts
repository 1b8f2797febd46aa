/**
 * One run of a postmaster: started, ready, exited. It has a session of its own, so Ctrl-C in the
 * harness's terminal does not reach it, and writes its log to a file, so it outlives a harness that
 * dies without being disturbed (`clean` finds it by the journal).
 *
 * The process's command line is `.../bin/postgres -D <data directory> -c config_file=...`.
 *
 * @module
 */
import { join } from "node:path";
import { reasonOf } from "../../time/reason.ts";
import { sleep } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import { type Account, serverEnvironment } from "./account.ts";
import { findProcess } from "./processes.ts";

/** How a postmaster is started. */
export interface Launch {
  /** Name of the node, for errors. */
  node: string;
  /** Directory of the program `postgres`. */
  bin: string;
  /** Data directory. */
  data: string;
  /** The rest of the command line. */
  args: string[];
  /** Where stdout and stderr go, appended. */
  log: string;
  account: Account;
}

/** A postmaster that was started. */
export class Server {
  readonly pid: number;
  /** See {@link findProcess}; empty when it was gone before it could be asked. */
  readonly start: string;
  /** Resolves when it has exited and was reaped. */
  readonly exited: Promise<Deno.CommandStatus>;
  /** Undefined while it lives. */
  status: Deno.CommandStatus | undefined;
  readonly #launch: Launch;

  constructor(launch: Launch) {
    this.#launch = launch;
    const child = new Deno.Command("/bin/sh", {
      // The shell opens the log, which Deno.Command cannot, and then becomes the server.
      args: ["-c", 'exec "$0" "$@" >>"$PGPROOF_LOG" 2>&1', join(launch.bin, "postgres")]
        .concat("-D", launch.data, launch.args),
      clearEnv: true,
      env: { ...serverEnvironment(), PGPROOF_LOG: launch.log },
      cwd: "/",
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      ...launch.account,
    }).spawn();
    child.unref();
    this.pid = child.pid;
    this.start = findProcess(child.pid)?.start ?? "";
    this.exited = child.status.then((status) => this.status = status);
  }

  /**
   * Line 8 of postmaster.pid: `starting`, `ready` (accepts connections), `standby` (up, hot_standby
   * is off), `stopping`; undefined before the server has written it.
   * Source: src/include/utils/pidfile.h
   */
  async phase(): Promise<string | undefined> {
    let text: string;
    try {
      text = await Deno.readTextFile(join(this.#launch.data, "postmaster.pid"));
    } catch {
      return undefined;
    }
    const lines = text.split("\n");
    // A killed predecessor has left its file.
    return Number(lines[0]) === this.pid ? lines[7]?.trim() : undefined;
  }

  /**
   * Waits until it accepts connections; with `hot_standby` off, until a replica is up.
   * @throws {NodeError} when it exits, or when the signal aborts first.
   */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#reach((phase) => phase === "ready" || phase === "standby", signal);
  }

  /**
   * Waits until it has its sockets and begins with recovery.
   * @throws as {@link Server.ready}
   */
  async begun(signal: AbortSignal): Promise<void> {
    await this.#reach((phase) => phase !== undefined, signal);
  }

  async #reach(wanted: (phase?: string) => boolean, signal: AbortSignal): Promise<void> {
    const { node, log } = this.#launch;
    let seen: string | undefined;
    const began = performance.now();
    while (true) {
      seen = await this.phase() ?? seen;
      if (wanted(seen)) return;
      if (this.status) {
        const lines = await lastLines(log);
        // "could not ..." and the like, without what was going on around it.
        const why = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1);
        throw new NodeError(
          `Cannot start ${node}: its server exited (${describeExit(this.status)}), ` +
            (why ? `saying: ${why}` : "saying nothing"),
          { node, log: lines },
        );
      }
      if (signal.aborted) {
        throw new NodeError(
          `Cannot start ${node}: it does not accept connections yet` +
            ` (it says ${seen ?? "nothing"}): ${reasonOf(signal)}`,
          { node, log: await lastLines(log), cause: signal.reason },
        );
      }
      // The runtime's shortest sleep is 2 ms; a server is up after some 20.
      await sleep(performance.now() - began < 200 ? 1 : 10, signal).catch(() => {});
    }
  }
}

function describeExit({ code, signal }: Deno.CommandStatus): string {
  return signal ? `by ${signal}` : `code ${code}`;
}

/** The last lines of a log; none when there is no log. */
export async function lastLines(path: string, count = 20): Promise<string[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").filter((line) => line !== "").slice(-count);
}
