/**
 * The load generator: an open loop, unless its rate is Infinity. Operation n is due at
 * start + n / rate whatever the server does; free clients take due operations in order. One timer
 * serves all of them.
 *
 *     Schedule ──due──> Generator ──perform──> LoadClient (one connection each)
 *                           │ <──settled──────────┘          └── Connector keeps them connected
 *                           └──> ColumnLedger
 *
 * In a closed loop free clients take the next operation at once, so nothing waits and nothing is
 * refused unsent: while the server stalls nothing is asked of it, and nothing of the stall is seen
 * but in the few operations that were on their way.
 *
 * What becomes of operations that cannot be sent:
 * - every client waits for an answer (the server is slow or frozen): they wait their turn, and their
 *   latency shows it. When the server goes on they are sent as fast as the clients can.
 * - no client has a connection (an outage): each is refused, unsent, {@link patienceMs} after it was
 *   due. So the rate falls, and what follows an outage is no more than that much backlog.
 * - a client has had no answer for {@link answerMs}: its operation is unknown, its connection is given
 *   up, the node is found anew. So a load leaves a frozen server in the end, as clients do.
 * - the load ends: what was due before the end is still sent, for {@link patienceMs} at most; what is
 *   left then is refused.
 *
 * @module
 */
import type { LoadSpec } from "../scenario/model.ts";
import type { Measure } from "../result/event.ts";
import { Deadline } from "../time/deadline.ts";
import { raced } from "../time/sleep.ts";
import { LoadClient } from "./client.ts";
import { Draws } from "./draw.ts";
import { type Connected, Connector } from "./connector.ts";
import { ColumnLedger } from "./ledger.ts";
import { loadMeasures, recordTime, timeHistogram } from "./measures.ts";
import type { Fate, RunningLoad } from "./model.ts";
import { Pace } from "./pace.ts";
import { type PlannedStatement, planOperations } from "./plan.ts";
import { Schedule } from "./schedule.ts";

/** How long a due operation waits while there is no connection, or after the end, in milliseconds. */
export const patienceMs = 1000;

/** How long a client waits for an answer, in milliseconds. */
export const answerMs = 10_000;

/** The longest pause between two looks at the clients, in milliseconds. */
const lookMs = 50;

/** What a load needs of its surroundings. */
export interface LoadOptions {
  /** Stops the schedule when it aborts; the load still has to be ended. */
  signal: AbortSignal;
  /** Finds the node of a client, by its number from 0, and logs in; called for every connection. */
  connect: (signal: AbortSignal, client: number) => Promise<Connected>;
  /** Of every random choice; default 0. */
  seed?: number;
}

/**
 * Starts a load; returns at once.
 * @throws {RangeError} when its statements cannot be an operation.
 */
export function startLoad(spec: LoadSpec, options: LoadOptions): RunningLoad {
  return new Generator(spec, options);
}

class Generator implements RunningLoad {
  readonly spec: LoadSpec;
  readonly ledger: ColumnLedger;
  readonly startedAt = performance.now();
  endedAt: number | undefined;
  readonly #schedule: Schedule;
  readonly #plans: readonly PlannedStatement[][];
  readonly #draws: Draws;
  readonly #clients: LoadClient[];
  readonly #connector: Connector;
  readonly #lateness = timeHistogram();
  readonly #pace: Pace;
  /** Clients that can take an operation; the one that waits longest first. */
  readonly #free: LoadClient[] = [];
  readonly #stop = new AbortController();
  readonly #outer: AbortSignal;
  /** Resolves when nothing that was due at the end is left. */
  readonly #allTaken = Promise.withResolvers<void>();
  /** Resolves when the schedule has stopped and nothing is in flight. */
  readonly #drained = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakeAt = 0;
  #ending: Promise<void> | undefined;

  constructor(spec: LoadSpec, options: LoadOptions) {
    this.#plans = planOperations(spec);
    this.#draws = new Draws(spec, options.seed ?? 0);
    this.#pace = new Pace(this.startedAt);
    this.spec = spec;
    this.#schedule = new Schedule(this.startedAt, spec.ratePerSecond);
    this.ledger = new ColumnLedger((n, sentAt) => this.#schedule.at(n, sentAt));
    this.#clients = Array.from(
      { length: spec.clients },
      (_, number) => new LoadClient(number, this),
    );
    this.#connector = new Connector(this.#clients, {
      connect: options.connect,
      connected: (client) => {
        // One that lost its connection while it was free may still stand in the line.
        if (!this.#free.includes(client)) this.changed(client, performance.now());
      },
      signal: this.#stop.signal,
    });
    this.#outer = options.signal;
    if (options.signal.aborted) this.#stopSchedule();
    else {
      options.signal.addEventListener("abort", this.#stopSchedule, { once: true });
      this.#connector.wake();
      this.#sleep(this.startedAt);
    }
  }

  /** Records what became of a client's operation. */
  settled(client: LoadClient, now: number, { fate, code }: { fate: Fate; code: string }): void {
    const { n, sentAt, node, number } = client;
    this.ledger.inFlight--;
    const entry = { n, sentAt, endedAt: now, fate, code, node, client: number };
    if (this.spec.isRead && fate === "acknowledged") {
      this.ledger.add({ ...entry, value: client.value });
    } else this.ledger.add(entry);
  }

  /** Gives a client that became free its next operation. */
  changed(client: LoadClient, now: number): void {
    if (client.isWaiting) return;
    if (client.isConnected) {
      this.#free.push(client);
      this.#dispatch(now);
      this.#sleepLess(now);
    } else this.#connector.wake();
    if (this.endedAt !== undefined || this.#stop.signal.aborted) this.#tellEnd();
  }

  /** Whether the next operation is due `ms` ago or longer; nothing is after the end. */
  #isDue(now: number, ms = 0): boolean {
    if (this.#schedule.isClosed) return this.endedAt === undefined && ms === 0;
    return this.#schedule.isDue(Math.min(now - ms, this.endedAt ?? now));
  }

  #dispatch(now: number): void {
    if (this.#stop.signal.aborted) return;
    while (this.#free.length > 0 && this.#isDue(now)) {
      const client = this.#free.shift()!;
      if (!client.isConnected) {
        client.drop();
        this.#connector.wake();
        continue;
      }
      this.ledger.inFlight++;
      const n = this.#schedule.take();
      const { script, values } = this.#draws.of(n);
      client.perform(n, { plan: this.#plans[script]!, values }, now);
    }
  }

  /** Wakes up when the next operation is due, or to look around when it is overdue already. */
  #sleep(now: number): void {
    const lookAt = now + lookMs;
    const dueAt = this.#dueAt();
    this.#wakeAt = dueAt > now ? Math.min(lookAt, dueAt) : lookAt;
    this.#timer = setTimeout(this.#wake, this.#wakeAt - now);
  }

  /** When the next operation is due; in a closed loop no timer has to wait for it. */
  #dueAt(): number {
    return this.#schedule.isClosed ? Infinity : this.#schedule.at(this.#schedule.next);
  }

  /** A client has caught up with the schedule: the timer may sleep past what is due next. */
  #sleepLess(now: number): void {
    const dueAt = this.#dueAt();
    if (dueAt <= now || dueAt >= this.#wakeAt || this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#sleep(now);
  }

  readonly #wake = (): void => {
    const now = performance.now();
    recordTime(this.#lateness, now - this.#wakeAt);
    this.#pace.woke(this.#wakeAt, now);
    for (const client of this.#clients) {
      if (client.isWaiting && now - client.sentAt > answerMs) client.giveUp();
    }
    this.#connector.wake();
    this.#dispatch(now);
    if (!this.#clients.some((client) => client.isConnected)) this.#refuse(now, patienceMs);
    this.#sleep(now);
  };

  /** Refuses what has been due for longer than `ms` and was never sent. */
  #refuse(now: number, ms: number): void {
    if (this.#schedule.isClosed) return;
    const code = this.#clients.some((client) => client.isConnected)
      ? "not_sent"
      : this.#connector.lastCode;
    while (this.#isDue(now, ms)) {
      const n = this.#schedule.take();
      this.ledger.add({
        n,
        sentAt: NaN,
        endedAt: now,
        fate: "refused",
        code,
        node: "",
        client: -1,
      });
    }
  }

  rate(windowMs: number): number {
    const to = this.endedAt ?? performance.now();
    const from = Math.max(this.startedAt, to - windowMs);
    return to > from ? this.ledger.acknowledgedBetween(from, to) * 1000 / (to - from) : 0;
  }

  trouble(windowMs: number): string | undefined {
    const to = this.endedAt ?? performance.now();
    return this.#pace.trouble(Math.max(this.startedAt, to - windowMs), to);
  }

  readonly #stopSchedule = (): void => {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#stop.abort(new Error(`load "${this.spec.name}" ended`));
    this.#outer.removeEventListener("abort", this.#stopSchedule);
    this.#refuse(performance.now(), 0);
    this.#tellEnd();
  };

  #tellEnd(): void {
    if (!this.#isDue(Infinity)) this.#allTaken.resolve();
    if (this.#clients.some((client) => client.isWaiting)) return;
    if (this.#stop.signal.aborted) this.#drained.resolve();
  }

  end(signal: AbortSignal): Promise<void> {
    return this.#ending ??= this.#end(signal);
  }

  async #end(signal: AbortSignal): Promise<void> {
    this.endedAt = performance.now();
    this.#pace.end(this.endedAt);
    this.#dispatch(this.endedAt);
    this.#tellEnd();
    if (!this.#stop.signal.aborted) await this.#sendBacklog(signal);
    this.#stopSchedule();
    await raced(this.#drained.promise, signal).catch(() => {});
    for (const client of this.#clients) if (client.isWaiting) client.giveUp();
    const closing = this.#clients.map((client) => client.close());
    await Promise.all([this.#connector.stopped(), ...closing]);
  }

  async #sendBacklog(signal: AbortSignal): Promise<void> {
    using limit = new Deadline("backlog of the load", patienceMs, signal);
    await raced(this.#allTaken.promise, limit.signal).catch(() => {});
  }

  measures(): Measure[] {
    return loadMeasures({
      load: this.spec.name,
      isClosed: this.#schedule.isClosed,
      ledger: this.ledger,
      startedAt: this.startedAt,
      endedAt: this.endedAt ?? performance.now(),
      lateness: this.#lateness,
    });
  }
}
