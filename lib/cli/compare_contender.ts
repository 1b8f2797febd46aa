/**
 * A side of `compare` as it runs: its targets, whether its stack comes up, and its turns.
 *
 * @module
 */
import { join } from "node:path";
import { Observer } from "../cluster/observer.ts";
import type { Running } from "../compare/in_effect.ts";
import type { Which } from "../compare/model.ts";
import type { EventSource } from "../report/progress.ts";
import type { Waiver } from "../result/event.ts";
import { foldEvents, readEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { limits } from "../run/limits.ts";
import { problemOf } from "../run/problem_of.ts";
import type { Case } from "../scenario/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { CompareOptions } from "./compare.ts";
import type { ComparedSide } from "./compare_sides.ts";
import type { Io } from "./io.ts";
import { defaultOrders, writeReports } from "./reports.ts";
import { Targets } from "./targets.ts";
import { type OpenRun, openRun } from "./verify_run.ts";
import { acceptedBy } from "./waivers.ts";

const noChange = { settings: {}, nodeSettings: {} };

/** What both sides have in common. */
export interface Contest {
  /** Of each side: the same in the same order. */
  cases: Record<Which, readonly Case[]>;
  seed: number;
  workers: number;
  waivers: readonly Waiver[];
  options: CompareOptions;
  signal: AbortSignal;
  io: Io;
}

/** Every case once, on one side. */
export interface Turn extends OpenRun {
  /** Folds its events, once they are closed, and writes its reports. */
  report(): Promise<void>;
}

/** One side. Dispose it to close its targets. */
export class Contender implements AsyncDisposable {
  readonly side: ComparedSide;
  readonly turns: Result[] = [];
  /** What its servers say of their settings, once they came up. */
  running: Running | undefined;
  /** Why its stack did not come up the last time it was tried. */
  down: string | undefined;
  readonly #contest: Contest;
  #targets: Targets | undefined;

  constructor(side: ComparedSide, contest: Contest) {
    this.side = side;
    this.#contest = contest;
  }

  /** What runs on it. */
  get cases(): readonly Case[] {
    return this.#contest.cases[this.side.which];
  }

  /** Where it runs, once that could be had. */
  get target() {
    return this.#targets?.main;
  }

  /** Brings its stack up once, asks its servers for their settings, and removes it. */
  async probe(): Promise<void> {
    const { signal, options, workers } = this.#contest;
    const { cases } = this;
    try {
      this.#targets ??= await Targets.open(this.side.stack, cases, {
        name: options.target,
        postgres: options.postgres,
        ahead: Math.min(workers, cases.length),
        timeScale: options.timeScale,
        signal,
      });
      const ms = limits.clusterMs * options.timeScale;
      using deadline = new Deadline(`cluster (${formatDuration(ms)})`, ms, signal);
      this.running = await this.#ask(deadline.signal);
      this.down = undefined;
    } catch (error) {
      if (!signal.aborted) this.down = problemOf(error, "").problem.seen;
    }
  }

  async #ask(signal: AbortSignal): Promise<Running> {
    const cluster = await this.#targets!.main.create({ change: noChange, signal });
    try {
      await using observer = new Observer();
      const running = new Map<string, Map<string, string>>();
      // https://www.postgresql.org/docs/current/view-pg-settings.html; in the units people write.
      const sql = "select name, current_setting(name, true) from pg_settings";
      for (const node of cluster.nodes) {
        const { rows } = await observer.ask(node, sql, [], signal);
        running.set(node.name, new Map(rows.map(([name, value]) => [`${name}`, `${value}`])));
      }
      return running;
    } finally {
      await cluster.remove();
    }
  }

  /** Begins a turn; what comes of it goes to a folder of its own. */
  async begin(watch: (source: EventSource) => void): Promise<Turn> {
    const { seed, options, waivers, workers, signal, io } = this.#contest;
    const { cases } = this;
    const { which, shown } = this.side;
    // Under the name that its user knows: a checkout is gone when somebody reads of it.
    const stack = { ...this.side.stack, file: shown };
    const accepted = await acceptedBy(stack, cases.map(({ scenario }) => scenario));
    const folder = join(options.out, `${which}-${this.turns.length + 1}`);
    await Deno.mkdir(folder, { recursive: true });
    const eventsPath = join(folder, "events.ndjson");
    const run = await openRun({ stack, cases: [...cases], seed }, {
      options: { ...options, argv: this.#argv(), failFast: false, keep: "never" },
      targets: this.#targets!,
      waivers: [...accepted, ...waivers],
      ...{ workers, eventsPath, signal, io },
    }, watch);
    return {
      ...run,
      report: async () => {
        const result = foldEvents(readEvents(await Deno.readTextFile(eventsPath)));
        await writeReports(result, defaultOrders(folder));
        this.turns.push(result);
      },
    };
  }

  /** What `verify` would be called with for this side, for whoever runs a case of it again. */
  #argv(): string[] {
    const { target, postgres, timeScale } = this.#contest.options;
    return [
      ...["verify", "--stack", this.side.shown],
      ...this.side.shownOverlays.flatMap((file) => ["--overlay", file]),
      ...["--target", target],
      ...(postgres === undefined ? [] : ["--postgres", postgres]),
      ...(timeScale === 1 ? [] : ["--time-scale", String(timeScale)]),
    ];
  }

  /** Closes its targets. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#targets?.close();
  }
}
