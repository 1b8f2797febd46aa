/**
 * How long the checks of written data take on a table of some size, beside the plainest queries that
 * would find the same.
 *
 * @module
 */
import { deepEqual, equal } from "node:assert/strict";
import type { Cluster } from "../lib/cluster/model.ts";
import { openLocalTarget } from "../lib/cluster/local/target.ts";
import { ColumnLedger } from "../lib/load/ledger.ts";
import type { RunningLoad } from "../lib/load/model.ts";
import { markLogs, Stage } from "../lib/run/stage.ts";
import type { Case } from "../lib/scenario/model.ts";
import { lookAtFact } from "../lib/step/expect.ts";
import { sleep } from "../lib/time/sleep.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits, Measurement } from "./model.ts";
import { asDeclared, projectStack } from "./project.ts";

const rows = 200_000;
const roundsMax = 20;

/** A load that has written all of the rows, as its ledger tells it. */
function finishedLoad(): RunningLoad {
  const ledger = new ColumnLedger((n) => n);
  for (let n = 1; n <= rows; n++) {
    ledger.add({
      n,
      sentAt: n,
      endedAt: n + 1,
      fate: "acknowledged",
      code: "",
      node: "master",
      client: 0,
    });
  }
  return {
    spec: {
      name: "orders",
      place: { line: 1, column: 1 },
      scripts: [{ weight: 1, statements: ["insert into orders values (:n, repeat('x', 40))"] }],
      ratePerSecond: 1000,
      clients: 1,
      node: "primary",
      ledger: { table: "orders", column: "id" },
    },
    ledger,
    startedAt: 0,
    endedAt: rows,
    rate: () => 0,
    trouble: () => undefined,
    end: () => Promise.resolve(),
    measures: () => [],
  };
}

/** Milliseconds that one look takes; it has to find that all is well. */
async function timeLook(stage: Stage, fact: string, signal: AbortSignal): Promise<number> {
  const words: Record<string, string> = fact === "no_lost_writes" ? { of: "orders" } : {};
  const step = {
    ...{ verb: "expect" as const, id: "steps[0]", place: { line: 1, column: 1 } },
    ...{ title: fact, fact, compare: {}, words },
  };
  const beganAt = performance.now();
  const look = await lookAtFact(step, stage, { scene: stage, roles: stage.roles, signal });
  const ms = performance.now() - beganAt;
  equal(look.holds, true, `${fact} is wrong: ${look.seen}`);
  return ms;
}

/** Milliseconds of asking every node at once; `judge` sees the answers, in the nodes' order. */
async function timeAsk(stage: Stage, options: {
  sql: string;
  judge: (answers: unknown[][][]) => void;
  signal: AbortSignal;
}): Promise<number> {
  const { sql, judge, signal } = options;
  const beganAt = performance.now();
  const answers = await Promise.all(
    stage.cluster.nodes.map((node) => stage.actor.ask(node, sql, [], signal)),
  );
  judge(answers.map((answer) => answer.rows));
  return performance.now() - beganAt;
}

/** Fetches all ids and looks each acknowledged one up. */
function timePlainLost(stage: Stage, signal: AbortSignal): Promise<number> {
  const ids = stage.loads.get("orders")!.ledger.ids("acknowledged");
  return timeAsk(stage, {
    sql: "select id from orders",
    judge: (answers) => {
      for (const answer of answers) {
        const present = new Set(answer.map(([id]) => id));
        for (const id of ids) if (!present.has(id)) throw new Error(`${id} is lost`);
      }
    },
    signal,
  });
}

/** One digest of the whole table, in order. */
function timePlainSame(stage: Stage, signal: AbortSignal): Promise<number> {
  return timeAsk(stage, {
    sql: "select count(*), md5(string_agg(t::text, ',' order by id)) from orders t",
    judge: ([original, ...copies]) => {
      for (const copy of copies) deepEqual(copy, original);
    },
    signal,
  });
}

async function fill(stage: Stage, signal: AbortSignal): Promise<void> {
  const [primary, ...replicas] = stage.cluster.nodes;
  const make = "create table orders as select n::int8 as id, repeat('x', 40) as text " +
    `from generate_series(1, ${rows}) n; alter table orders add primary key (id); ` +
    "vacuum analyze orders";
  for (const sql of make.split("; ")) await stage.actor.ask(primary!, sql, [], signal);
  const { rows: [[lsn] = []] } = await stage.actor.ask(
    primary!,
    "select pg_current_wal_insert_lsn()::text",
    [],
    signal,
  );
  const arrived = `select pg_last_wal_replay_lsn() >= '${lsn}'`;
  for (const node of replicas) {
    while (await stage.actor.value(node, arrived, signal) !== true) await sleep(5, signal);
  }
}

async function measure(cluster: Cluster, limits: Limits): Promise<Findings> {
  const { endsAt, signal } = limits;
  const scenario = { vars: {} } as unknown as Case["scenario"];
  const subject: Case = { id: "bench", scenario, combination: {}, repetition: 1, seed: 1 };
  await using stage = new Stage(subject, cluster, {
    stack: await projectStack(),
    emit: () => {},
    logStart: await markLogs(cluster),
    timeScale: 1,
    signal,
  });
  await fill(stage, signal);
  stage.loads.set("orders", finishedLoad());
  const samples = await alternate({
    lost: () => timeLook(stage, "no_lost_writes", signal),
    plainLost: () => timePlainLost(stage, signal),
    same: () => timeLook(stage, "same_data", signal),
    plainSame: () => timePlainSame(stage, signal),
  }, { max: roundsMax, endsAt, signal });
  const of = (fact: string, what: string, [subject, floor]: [number[], number[]]): Measurement => ({
    name: `${fact}, ${rows} rows on ${cluster.nodes.length} nodes`,
    unit: "ms",
    better: "lower",
    subject: { what: "the check", samples: subject },
    floor: { what, samples: floor },
  });
  return {
    measurements: [
      of("no_lost_writes", "fetch every id, look each up", [samples.lost, samples.plainLost]),
      of("same_data", "md5 of all rows in order", [samples.same, samples.plainSame]),
    ],
    notes: [],
  };
}

async function run(limits: Limits): Promise<Findings> {
  const { postgres, signal } = limits;
  const target = await openLocalTarget(await projectStack(), { postgres, signal, ahead: 0 });
  try {
    return await measure(await target.create({ change: asDeclared, signal }), limits);
  } finally {
    await target.close();
  }
}

/** The benchmark. */
export const checks: Benchmark = {
  name: "checks",
  summary: "Checks of written data against the plainest queries that find the same",
  weight: 15,
  run,
};
