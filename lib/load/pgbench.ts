/**
 * A load that pgbench drives, for those who know its numbers. It keeps a schedule of its own
 * (`--rate`), and does not connect again: a client whose connection is lost is gone, so what it does
 * after an outage says nothing.
 *
 *     pgbench ──progress──> counts and rate while it runs
 *        └──── log ───────> latency, service time, slip and rate when it has ended
 *
 * pgbench writes its log when it ends in order, which a signal does not make it do before version 17:
 * its connections are ended instead.
 *
 * @module
 */
import { join } from "node:path";
import { serverEnvironment } from "../cluster/local/account.ts";
import { type Node, NodeError } from "../cluster/model.ts";
import { loginOf } from "../cluster/observer.ts";
import type { Measure } from "../result/event.ts";
import type { LoadSpec } from "../scenario/model.ts";
import type { Session } from "../sql/session.ts";
import { raced } from "../time/sleep.ts";
import { ColumnLedger } from "./ledger.ts";
import { loadMeasures, timeHistogram } from "./measures.ts";
import type { Ledger, RunningLoad } from "./model.ts";
import { ledgerOfLogs, type Progress, readProgress } from "./pgbench_log.ts";
import { findPgbench, lacksPgbench } from "./pgbench_program.ts";

/** It ends by itself after this, whatever becomes of the harness, in seconds. */
const longestSeconds = 3600;

/** How long ending its connections may take, in milliseconds: a frozen server does not. */
const disconnectMs = 3000;

/** What a load by pgbench needs of its surroundings. */
export interface PgbenchOptions {
  /** Ends it when it aborts. */
  signal: AbortSignal;
  /** Bounds its beginning. */
  limit: AbortSignal;
  /** Where it connects, for as long as it runs. */
  node: Node;
  connect: (node: Node, signal: AbortSignal) => Promise<Session>;
  seed: number;
}

/**
 * Starts pgbench; returns when it reports progress.
 * @throws {NodeError} with what it says when it ends before.
 */
export async function startPgbench(
  spec: LoadSpec & { pgbench: string },
  options: PgbenchOptions,
): Promise<RunningLoad> {
  const program = findPgbench();
  if (program === undefined) {
    throw new NodeError(`Cannot run load "${spec.name}": ${lacksPgbench()}`);
  }
  const folder = await Deno.makeTempDir({ prefix: "pgproof-pgbench-" });
  const load = new PgbenchLoad(spec, { ...options, program, folder });
  try {
    await load.begun(options.limit);
    return load;
  } catch (error) {
    await load.end(options.limit);
    throw error;
  }
}

/** Counts from progress, while there is no log yet. Nobody may ask it which write is which. */
class ProgressLedger implements Ledger {
  readonly operations = [];
  acknowledged = 0;

  ids(): Set<number> {
    return new Set();
  }

  counts() {
    const { acknowledged } = this;
    return { sent: acknowledged, acknowledged, refused: 0, unknown: 0 };
  }
}

class PgbenchLoad implements RunningLoad {
  readonly spec: LoadSpec;
  readonly startedAt = performance.now();
  endedAt: number | undefined;
  readonly #options: PgbenchOptions & { program: string; folder: string };
  readonly #wallAtZeroMs = Date.now() - performance.now();
  readonly #progress = new ProgressLedger();
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #firstProgress = Promise.withResolvers<void>();
  readonly #words: string[] = [];
  #ledger: ColumnLedger | undefined;
  #last: Progress & { seenAt: number } = { at: 0, perSecond: 0, seenAt: 0 };
  #hasExited = false;
  /** Why it had ended before it was told to. */
  #diedOf: string | undefined;
  #ending: Promise<void> | undefined;

  constructor(
    spec: LoadSpec & { pgbench: string },
    options: PgbenchOptions & { program: string; folder: string },
  ) {
    this.spec = spec;
    this.#options = options;
    this.#name = `pgproof pgbench ${crypto.randomUUID().slice(0, 8)}`;
    const script = join(options.folder, "script");
    Deno.writeTextFileSync(script, spec.pgbench);
    this.#child = new Deno.Command(options.program, {
      args: this.#arguments(script),
      clearEnv: true,
      env: {
        ...serverEnvironment(),
        PGAPPNAME: this.#name,
        PGPASSWORD: loginOf(options.node).password ?? "",
      },
      cwd: options.folder,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading = this.#read();
    options.signal.addEventListener("abort", this.#kill, { once: true });
  }

  #arguments(script: string): string[] {
    const { node, seed } = this.#options;
    const { host, port, user, database } = loginOf(node);
    const { clients, ratePerSecond } = this.spec;
    const threads = Math.min(navigator.hardwareConcurrency, clients);
    return [
      ...["--no-vacuum", "--protocol=prepared", `--file=${script}`, `--random-seed=${seed}`],
      ...[`--client=${clients}`, `--jobs=${threads}`, `--time=${longestSeconds}`],
      ...["--progress=1", "--log", "--log-prefix=transactions"],
      ...(ratePerSecond === Infinity ? [] : [`--rate=${ratePerSecond}`]),
      ...["-h", host, "-p", String(port), "-U", user, database],
    ];
  }

  get ledger(): Ledger {
    return this.#ledger ?? this.#progress;
  }

  /** Reads what it says until it has ended. */
  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#hear(line);
    }
    await this.#child.status;
    this.#hasExited = true;
    this.#firstProgress.reject(
      new NodeError(`Cannot run load "${this.spec.name}": ${this.#said()}`),
    );
    this.#firstProgress.promise.catch(() => {});
  }

  #hear(line: string): void {
    const progress = readProgress(line);
    if (!progress) {
      if (line.trim() !== "") this.#words.push(line.trim());
      return;
    }
    const { at, perSecond } = progress;
    this.#progress.acknowledged += Math.round(perSecond * (at - this.#last.at));
    this.#last = { ...progress, seenAt: performance.now() };
    this.#firstProgress.resolve();
  }

  #said(): string {
    const errors = this.#words.filter((line) => /error|fatal|aborted/i.test(line));
    return `pgbench ended: ${(errors[0] ?? this.#words.at(-1) ?? "it said nothing").slice(0, 300)}`;
  }

  /** Resolves with its first progress. */
  async begun(limit: AbortSignal): Promise<void> {
    await raced(this.#firstProgress.promise, limit);
  }

  rate(windowMs: number): number {
    if (this.#ledger) {
      const to = this.endedAt!;
      const from = Math.max(this.startedAt, to - windowMs);
      return this.#ledger.acknowledgedBetween(from, to) * 1000 / (to - from);
    }
    return this.#hasExited ? 0 : this.#last.perSecond;
  }

  trouble(): string | undefined {
    // That its connections are ended at the end is no trouble.
    return this.endedAt === undefined && this.#hasExited ? this.#said() : this.#diedOf;
  }

  readonly #kill = () => {
    if (!this.#hasExited) this.#child.kill("SIGKILL");
  };

  end(signal: AbortSignal): Promise<void> {
    return this.#ending ??= this.#end(signal);
  }

  async #end(signal: AbortSignal): Promise<void> {
    this.#diedOf = this.trouble();
    this.endedAt = performance.now();
    const { folder, node } = this.#options;
    try {
      if (!this.#hasExited) await this.#disconnect(signal).catch(this.#kill);
      await raced(this.#reading, signal).catch(this.#kill);
      await this.#reading;
      const texts: string[] = [];
      for await (const { name } of Deno.readDir(folder)) {
        if (name.startsWith("transactions")) {
          texts.push(await Deno.readTextFile(join(folder, name)));
        }
      }
      const hasRate = this.spec.ratePerSecond !== Infinity;
      const options = { hasRate, wallAtZeroMs: this.#wallAtZeroMs, node: node.name };
      this.#ledger = ledgerOfLogs(texts, options);
    } finally {
      this.#options.signal.removeEventListener("abort", this.#kill);
      await Deno.remove(folder, { recursive: true });
    }
  }

  /** Ends its connections. */
  async #disconnect(signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(disconnectMs)]);
    const session = await this.#options.connect(this.#options.node, limit);
    try {
      const sql =
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1";
      await session.query(sql, [this.#name], limit);
      await raced(this.#reading, limit);
    } finally {
      session.destroy();
    }
  }

  measures(): Measure[] {
    return loadMeasures({
      load: this.spec.name,
      isClosed: this.spec.ratePerSecond === Infinity,
      ledger: this.#ledger ?? new ColumnLedger((_, sentAt) => sentAt),
      startedAt: this.startedAt,
      endedAt: this.endedAt ?? performance.now(),
      lateness: timeHistogram(),
    });
  }
}
