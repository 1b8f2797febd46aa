/**
 * Runs a workload: makes its table, lets its clients work at their pace until it is told to end, and
 * records what they asked and were answered. It is a load as any other to those who start, end and
 * count it; its ledger has what clients wrote.
 *
 * It ends bounded: clients finish what they have begun, those who still look for what was written
 * last go on for {@link lingerMs} at most, and what has no answer then is unknown.
 *
 * @module
 */
import type { Histogram } from "hdr-histogram-js";
import type { Node } from "../cluster/model.ts";
import { History } from "../history/history.ts";
import { ColumnLedger } from "../load/ledger.ts";
import { loadMeasures, recordTime, timeHistogram } from "../load/measures.ts";
import type { RunningLoad } from "../load/model.ts";
import { Pace } from "../load/pace.ts";
import type { Measure } from "../result/event.ts";
import { seededRandom } from "../run/random.ts";
import type { Isolation, LoadSpec, WorkloadSpec } from "../scenario/model.ts";
import { seedOf } from "../scenario/seed.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { Session } from "../sql/session.ts";
import { raced } from "../time/sleep.ts";
import { type ClientOwner, WorkloadClient } from "./client.ts";
import type { Actor, WorkloadKind } from "./kind.ts";
import type { Recording, ServerLag } from "./model.ts";
import { workloads } from "./registry.ts";

/** How long clients look for what was written last, after the end, in milliseconds. */
export const lingerMs = 5000;

/** A history is no longer than this; clients stop when it is full. */
const operationsMax = 1_000_000;

/** What a workload needs of its surroundings. */
export interface WorkloadOptions {
  /** Ends it when it aborts. */
  signal: AbortSignal;
  /** Bounds the making of its table. */
  limit: AbortSignal;
  /** The nodes a selector means now. */
  find: (selector: string, signal: AbortSignal) => Promise<Node[]>;
  connect: (node: Node, signal: AbortSignal) => Promise<Session>;
  /** Of every random choice; default 0. */
  seed?: number;
  /** How often this load was started before: each time it has a table of its own. */
  before?: number;
}

/**
 * Starts a workload; returns when its table is made.
 * @throws {SqlError} when it cannot be made, {SelectionError} when there is nobody to read.
 */
export async function startWorkload(
  spec: LoadSpec & { workload: WorkloadSpec },
  options: WorkloadOptions,
): Promise<RunningLoad> {
  const { find, connect, limit, before = 0 } = options;
  const kind = workloads.get(spec.workload.kind)!;
  const table = quoteIdentifier(`pgproof_${spec.name}${before > 0 ? `_${before + 1}` : ""}`);
  const readers = await find(spec.workload.readers, limit);
  const [writer] = await find(spec.node, limit);
  await using session = await connect(writer!, limit);
  // In one transaction: nobody sees half of it.
  await session.query(`begin; ${kind.setup(table)}; commit`, [], limit);
  return new Workload(spec, { kind, table, readers, options });
}

class Workload implements RunningLoad, ClientOwner {
  readonly spec: LoadSpec;
  readonly isolation: Isolation;
  readonly ledger = new ColumnLedger((_, sentAt) => sentAt);
  readonly startedAt = performance.now();
  readonly history = new History(this.startedAt);
  readonly recording: Recording;
  endedAt: number | undefined;
  readonly signal: AbortSignal;
  readonly over: AbortSignal;
  readonly #kind: WorkloadKind;
  readonly #readers: readonly Node[];
  readonly #options: WorkloadOptions;
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  readonly #lateness: Histogram = timeHistogram();
  readonly #pace = new Pace(this.startedAt);
  readonly #running: readonly Promise<void>[];
  #processes = 0;
  #writes = 0;
  #ending: Promise<void> | undefined;

  constructor(spec: LoadSpec & { workload: WorkloadSpec }, on: {
    kind: WorkloadKind;
    table: string;
    readers: readonly Node[];
    options: WorkloadOptions;
  }) {
    const { kind, table, readers, options } = on;
    this.spec = spec;
    this.isolation = spec.workload.isolation;
    this.#kind = kind;
    this.#readers = readers;
    this.#options = options;
    this.signal = AbortSignal.any([this.#stop.signal, options.signal]);
    this.over = AbortSignal.any([this.#over.signal, this.signal]);
    const names = readers.map(({ name }) => name);
    const round = (options.before ?? 0) + 1;
    const serverLag = new Map<string, ServerLag>();
    const { history } = this;
    this.recording = { kind: kind.name, history, round, readers: names, serverLag };
    const seed = seedOf(options.seed ?? 0, spec.name);
    const { clients, ratePerSecond } = spec;
    const randomOf = (client: number) => seededRandom(seed + client);
    const noteServerLag = (replica: string, ms: number | null) => {
      const known = serverLag.get(replica) ?? { values: [], nulls: 0 };
      serverLag.set(replica, known);
      if (ms === null) known.nulls++;
      else known.values.push(ms);
    };
    const actors = kind.actors({
      ...{ table, clients, ratePerSecond, readers: names, randomOf, noteServerLag },
    });
    this.#running = actors.map((actor, number) => {
      const firstAt = this.startedAt + actor.intervalMs * number / actors.length;
      const running = new WorkloadClient(number, actor, this).run(firstAt);
      // Whoever ends it hears of it.
      running.catch(() => {});
      return running;
    });
  }

  async find(reader: string | undefined, signal: AbortSignal): Promise<Node> {
    const known = this.#readers.find(({ name }) => name === reader);
    return known ?? (await this.#options.find(this.spec.node, signal))[0]!;
  }

  connect(node: Node, signal: AbortSignal): Promise<Session> {
    return this.#options.connect(node, signal);
  }

  newProcess(): number {
    return this.#processes++;
  }

  goesOn(actor: Actor): boolean {
    if (this.signal.aborted || this.history.length >= operationsMax) return false;
    if (this.endedAt === undefined) return true;
    return performance.now() - this.endedAt < lingerMs && (actor.lingers?.() ?? false);
  }

  woke(client: number, dueAt: number, now: number): void {
    recordTime(this.#lateness, now - dueAt);
    // One of them stands for the process: a stall makes all of them late.
    if (client === 0) this.#pace.woke(dueAt, now);
  }

  sent(): void {
    this.ledger.inFlight++;
  }

  settled(what: Parameters<ClientOwner["settled"]>[0]): void {
    if (!Number.isNaN(what.sentAt)) this.ledger.inFlight--;
    this.ledger.add({ ...what, n: ++this.#writes });
  }

  rate(windowMs: number): number {
    const to = this.endedAt ?? performance.now();
    const from = Math.max(this.startedAt, to - windowMs);
    return to > from ? this.ledger.acknowledgedBetween(from, to) * 1000 / (to - from) : 0;
  }

  trouble(windowMs: number): string | undefined {
    if (this.history.length >= operationsMax) return "the history is full";
    const to = this.endedAt ?? performance.now();
    return this.#pace.trouble(Math.max(this.startedAt, to - windowMs), to);
  }

  end(signal: AbortSignal): Promise<void> {
    return this.#ending ??= this.#end(signal);
  }

  async #end(signal: AbortSignal): Promise<void> {
    this.endedAt = performance.now();
    this.#pace.end(this.endedAt);
    this.#over.abort();
    await raced(Promise.allSettled(this.#running), signal).catch(() => {});
    this.#stop.abort(new Error(`load "${this.spec.name}" ended`));
    await Promise.all(this.#running);
  }

  measures(): Measure[] {
    const { name } = this.spec;
    const times = loadMeasures({
      load: name,
      isClosed: true,
      ledger: this.ledger,
      startedAt: this.startedAt,
      endedAt: this.endedAt ?? performance.now(),
      lateness: this.#lateness,
    });
    return [...times, ...this.#kind.measures?.(name, this.recording) ?? []];
  }
}
