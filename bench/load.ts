/**
 * The built-in load at a rate that saturates it, beside the plainest loop over the driver and
 * pgbench, each sending the same prepared single-statement insert to the same server.
 *
 * Commits do not wait for the disk here: what is compared is generators, and a slow disk would make
 * them all equal.
 *
 * @module
 */
import { openLocalTarget } from "../lib/cluster/local/target.ts";
import { loginOf } from "../lib/cluster/observer.ts";
import { startLoad } from "../lib/load/start.ts";
import { Session } from "../lib/sql/session.ts";
import { sleep } from "../lib/time/sleep.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits, Measurement } from "./model.ts";
import { type Drive, driveLoop, drivePgbench, pgbenchHere } from "./plain_load.ts";
import { projectStack } from "./project.ts";

/** What the project wants of pgbench's rate. */
const reach = 0.6;

const roundsMax = 30;
const warmMs = 200;
/** pgbench counts whole seconds. */
const measureMs = 1000;

/** Each has as many. */
const clients = 8;

/** Above what any generator reached so far, by so much. */
const saturation = 3;

const change = { settings: { synchronous_commit: "off" }, nodeSettings: {}, replicas: 0 };

/** Acknowledged operations per second of the built-in load. */
async function driveLoad(drive: Drive, ratePerSecond: number): Promise<number> {
  const { login, table, signal } = drive;
  const stop = new AbortController();
  const load = startLoad({
    name: "bench",
    place: { line: 1, column: 1 },
    scripts: [{ weight: 1, statements: [`insert into ${table} values (:n)`] }],
    ratePerSecond,
    clients: drive.clients,
    node: "primary",
    ledger: { table, column: "id" },
  }, {
    signal: AbortSignal.any([stop.signal, signal]),
    connect: async (limit) => ({ session: await Session.open(login, limit), node: "primary" }),
  });
  try {
    await sleep(drive.warmMs, signal);
    const before = load.ledger.counts().acknowledged;
    const from = performance.now();
    await sleep(drive.measureMs, signal);
    const count = load.ledger.counts().acknowledged - before;
    return count * 1000 / (performance.now() - from);
  } finally {
    // What is due and unsent is of no interest; end() would still send it for a while.
    stop.abort();
    await load.end(signal);
  }
}

async function measure(limits: Limits, drive: Drive): Promise<Findings> {
  const { endsAt, signal } = limits;
  await using session = await Session.open(drive.login, signal);
  const directory = await Deno.makeTempDir({ prefix: "pgproof-bench-" });
  const pgbench = await pgbenchHere(signal);
  /** Every turn begins with an empty table and nothing left to write. */
  const afresh = async (measure: () => Promise<number>) => {
    await session.query(`drop table if exists ${drive.table}`, [], signal);
    await session.query(`create table ${drive.table} (id bigint primary key)`, [], signal);
    await session.query("checkpoint", [], signal);
    return await measure();
  };
  try {
    let highest = 1000;
    const noted = async (rate: Promise<number>) => {
      highest = Math.max(highest, await rate);
      return await rate;
    };
    const plain = {
      loop: () => afresh(() => noted(driveLoop(drive))),
      load: () => afresh(() => noted(driveLoad(drive, highest * saturation))),
    };
    const rounds = { max: roundsMax, endsAt, signal };
    if (!pgbench) return findingsOf(await alternate(plain, rounds), undefined);
    const { path, version } = pgbench;
    const samples = await alternate({
      ...plain,
      pgbench: () => afresh(() => drivePgbench({ ...drive, path, directory })),
    }, rounds);
    return findingsOf(samples, version);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function findingsOf(
  samples: Record<"loop" | "load", number[]> & Partial<Record<"pgbench", number[]>>,
  version: string | undefined,
): Findings {
  const of = (name: string, floor: number[], goal: { reach?: number }): Measurement => ({
    name: `inserts beside ${name}`,
    unit: "per_second",
    better: "higher",
    subject: { what: `the built-in load, ${clients} clients`, samples: samples.load },
    floor: { what: name, samples: floor },
    ...goal,
  });
  const measurements = [of("the plainest loop", samples.loop, {})];
  if (samples.pgbench) {
    measurements.push(of(`pgbench -M prepared -c ${clients}`, samples.pgbench, { reach }));
  }
  const notes = version
    ? [version]
    : ["pgbench was neither in PATH nor in /usr/lib/postgresql/*/bin: not compared with it"];
  return { measurements, notes };
}

async function run(limits: Limits): Promise<Findings> {
  const { postgres, signal } = limits;
  const target = await openLocalTarget(await projectStack(), { postgres, signal, ahead: 0 });
  try {
    const { nodes } = await target.create({ change, signal });
    const login = loginOf(nodes[0]!);
    return await measure(limits, { login, table: "bench", clients, warmMs, measureMs, signal });
  } finally {
    await target.close();
  }
}

/** The benchmark. */
export const load: Benchmark = {
  name: "load",
  summary: "The built-in load against the same statement driven plainly",
  weight: 40,
  run,
};
