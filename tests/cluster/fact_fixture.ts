/**
 * A stage on a local cluster, for tests of facts: looks as `expect` does, waits as `within` does.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Disks } from "../../lib/cluster/disk.ts";
import type { Cluster, Node } from "../../lib/cluster/model.ts";
import { openLocalTarget } from "../../lib/cluster/local/target.ts";
import type { Look } from "../../lib/fact/kind.ts";
import { startLoad } from "../../lib/load/start.ts";
import { markLogs, Stage } from "../../lib/run/stage.ts";
import type { Case, Comparison, LoadSpec, WorkloadSpec } from "../../lib/scenario/model.ts";
import type { Answer } from "../../lib/sql/session.ts";
import type { Stack } from "../../lib/stack/model.ts";
import { endOfRecord } from "../../lib/sql/wal.ts";
import { lookAtFact } from "../../lib/step/expect.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { isolationDefault } from "../../lib/workload/kind.ts";
import { startWorkload } from "../../lib/workload/start.ts";
import { seedStack } from "./stack_fixture.ts";

/** The server to test on, as `--postgres` takes it. */
const usual = Deno.env.get("PGPROOF_TEST_POSTGRES") ?? "18";

/** How long anything in a test may take, in milliseconds. */
const limitMs = 180_000;

/** What a look is asked. */
export interface Asked {
  node?: string;
  compare?: Comparison;
  words?: Record<string, unknown>;
}

/** One cluster under test. */
export class Subject {
  readonly stage: Stage;
  readonly cluster: Cluster;
  readonly signal: AbortSignal;

  constructor(stage: Stage, signal: AbortSignal) {
    this.stage = stage;
    this.cluster = stage.cluster;
    this.signal = signal;
  }

  /** A node by its name. */
  node(name: string): Node {
    return this.cluster.nodes.find((each) => each.name === name)!;
  }

  /** Runs SQL on a node. */
  sql(name: string, text: string): Promise<Answer> {
    return this.stage.actor.ask(this.node(name), text, [], this.signal);
  }

  /** Writes on the primary and remembers where, as the step `sql` does. */
  async write(text: string, name = "master"): Promise<string> {
    await this.sql(name, text);
    const { rows } = await this.sql(name, "select pg_current_wal_insert_lsn()::text");
    const lsn = endOfRecord(String(rows[0]![0]));
    this.stage.lastWrite = { lsn, node: name };
    return lsn;
  }

  /** One look. */
  look(fact: string, asked: Asked = {}): Promise<Look> {
    const { node, compare = {}, words = {} } = asked;
    return lookAtFact(
      {
        verb: "expect",
        id: "steps[0]",
        place: { line: 1, column: 1 },
        title: fact,
        fact,
        compare,
        words,
        ...(node === undefined ? {} : { node }),
      },
      this.stage,
      { scene: this.stage, roles: this.stage.roles, signal: this.signal },
    );
  }

  /** Looks until the look is as wanted; the test's own time bounds it. */
  async until(fact: string, holds: boolean | undefined, asked: Asked = {}): Promise<Look> {
    for (;;) {
      const look = await this.look(fact, asked);
      if (look.holds === holds) return look;
      try {
        await sleep(10, this.signal);
      } catch (cause) {
        throw new Error(`${fact} never was ${holds}, last: ${look.seen}`, { cause });
      }
    }
  }

  /** Makes replay stand still: the function only asks for it. */
  async pauseReplay(name: string): Promise<void> {
    await this.sql(name, "select pg_wal_replay_pause()");
    const state = "select pg_get_wal_replay_pause_state()";
    while ((await this.sql(name, state)).rows[0]![0] !== "paused") await sleep(5, this.signal);
  }

  /** Makes a replica go on answering, but receive nothing any more. */
  async detach(name: string): Promise<void> {
    await this.sql(name, "alter system set primary_conninfo = ''");
    await this.sql(name, "select pg_reload_conf()");
    const receivers = "select count(*)::int from pg_stat_wal_receiver";
    while ((await this.sql(name, receivers)).rows[0]![0] !== 0) await sleep(5, this.signal);
  }

  /** Starts a load on the primary. */
  load({ statements, ...spec }: Partial<LoadSpec> & { statements?: string[] }): void {
    const whole: LoadSpec = {
      name: "orders",
      place: { line: 1, column: 1 },
      scripts: [{ weight: 1, statements: statements ?? ["insert into orders values (:n)"] }],
      ratePerSecond: 200,
      clients: 2,
      node: "primary",
      ledger: { table: "orders", column: "id" },
      ...spec,
    };
    const load = startLoad(whole, {
      signal: this.stage.signal,
      seed: this.stage.seed,
      connect: async (signal, client) => {
        const nodes = await this.stage.roles.find(whole.node, signal);
        const node = nodes[client % nodes.length];
        return { session: await this.stage.connect(node!, { signal }), node: node!.name };
      },
    });
    this.stage.loads.set(whole.name, load);
    this.stage.undo.push(`load ${whole.name}`, (signal) => load.end(signal));
  }

  /** Starts a workload. */
  async workload(
    spec: Partial<Omit<LoadSpec, "workload">> & { workload: Partial<WorkloadSpec> },
  ): Promise<void> {
    const whole = {
      ...{ name: "shop", place: { line: 1, column: 1 }, scripts: [], node: "primary" },
      ...{ ratePerSecond: 400, clients: 4 },
      ...spec,
      workload: {
        kind: "sessions",
        readers: "all",
        isolation: isolationDefault,
        ...spec.workload,
      },
    };
    const { stage } = this;
    const load = await startWorkload(whole, {
      signal: stage.signal,
      limit: this.signal,
      seed: stage.seed,
      before: stage.loads.get(whole.name)?.recording?.round ?? 0,
      find: (selector, signal) => stage.roles.find(selector, signal),
      connect: (node, signal) => stage.connect(node, { signal }),
    });
    stage.loads.set(whole.name, load);
    stage.undo.push(`load ${whole.name}`, (signal) => load.end(signal));
  }

  /** Ends a load. */
  async end(name = "orders"): Promise<void> {
    await this.stage.loads.get(name)!.end(this.signal);
  }
}

/** How the cluster of a test differs from the seed's. */
export interface Setup {
  replicas?: number;
  settings?: Record<string, string>;
  nodeSettings?: Record<string, Record<string, string>>;
  archive?: boolean;
  checksums?: boolean;
  disks?: Disks;
  /** The server to test on. */
  postgres?: string;
}

/** The newest bin directory of the system's with a program that npm's packages lack, if there is one. */
export function systemWith(program: string): string | undefined {
  return ["18", "17", "16", "15", "14"].map((major) => `/usr/lib/postgresql/${major}/bin`)
    .find((bin) => existsSync(`${bin}/${program}`));
}

/** A stage of a scenario that says nothing. */
export async function stageOn(cluster: Cluster, stack: Stack, signal: AbortSignal): Promise<Stage> {
  const scenario = { vars: {} } as unknown as Case["scenario"];
  const subject: Case = { id: "test", scenario, combination: {}, repetition: 1, seed: 1 };
  const logStart = await markLogs(cluster);
  return new Stage(subject, cluster, { stack, emit: () => {}, logStart, timeScale: 1, signal });
}

/** Runs a test on a cluster of its own. */
export async function onCluster(
  setup: Setup,
  test: (subject: Subject) => Promise<void>,
): Promise<void> {
  const { replicas = 2, settings = {}, nodeSettings = {}, ...more } = setup;
  const { postgres = usual, ...rest } = more;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error("the test took too long")), limitMs);
  const { signal } = limit;
  await using open = new AsyncDisposableStack();
  open.defer(() => clearTimeout(timer));
  const stack = seedStack(replicas);
  const target = await openLocalTarget(stack, { postgres, signal, ahead: 0 });
  open.defer(() => target.close());
  const cluster = await target.create({ change: { settings, nodeSettings, ...rest }, signal });
  open.defer(() => cluster.remove());
  const stage = open.use(await stageOn(cluster, stack, signal));
  open.defer(async () => {
    await Promise.all([...stage.loads.values()].map((load) => load.end(signal)));
  });
  await test(new Subject(stage, signal));
}

/** Asserts what a look found, and that it says why. */
export function found(
  look: Look,
  wanted: { holds: boolean | undefined; code?: string; seen?: RegExp; final?: boolean },
): void {
  equal(look.holds, wanted.holds, JSON.stringify(look, undefined, 1));
  if (wanted.code) equal(look.code, wanted.code, look.seen);
  if (wanted.seen) match(look.seen, wanted.seen);
  equal(look.final ?? false, wanted.final ?? false, look.seen);
}
