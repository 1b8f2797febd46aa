/**
 * What the visibility probe costs: writes per second of clients that send as fast as they are
 * answered, with a heartbeat that looks at three replicas and without.
 *
 * @module
 */
import type { Cluster } from "../lib/cluster/model.ts";
import { openLocalTarget } from "../lib/cluster/local/target.ts";
import { loginOf, Observer } from "../lib/cluster/observer.ts";
import { startLoad } from "../lib/load/start.ts";
import { Session } from "../lib/sql/session.ts";
import { sleep } from "../lib/time/sleep.ts";
import { isolationDefault } from "../lib/workload/kind.ts";
import { startWorkload } from "../lib/workload/start.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits } from "./model.ts";
import { projectStack } from "./project.ts";

const roundsMax = 15;
const [warmMs, measureMs] = [300, 1500];
const clients = 8;
const ticksPerSecond = 100;

/** Commits do not wait for the disk: a slow one would hide what the probe costs. */
const change = { settings: { synchronous_commit: "off" }, nodeSettings: {} };

const place = { line: 1, column: 1 };

/** Acknowledged writes per second. */
async function timeWrites({ nodes }: Cluster, signal: AbortSignal): Promise<number> {
  const [primary] = nodes;
  const load = startLoad({
    name: "bench",
    place,
    scripts: [{ weight: 1, statements: ["insert into bench values (:n)"] }],
    ratePerSecond: Infinity,
    clients,
    node: "primary",
  }, {
    signal,
    connect: async (limit) => ({
      session: await Session.open(loginOf(primary!), limit),
      node: primary!.name,
    }),
  });
  try {
    await sleep(warmMs, signal);
    const before = load.ledger.counts().acknowledged;
    const from = performance.now();
    await sleep(measureMs, signal);
    return (load.ledger.counts().acknowledged - before) * 1000 / (performance.now() - from);
  } finally {
    await load.end(signal);
  }
}

/** The same while the probe works. */
async function timeProbed(cluster: Cluster, round: number, signal: AbortSignal): Promise<number> {
  const [primary, ...replicas] = cluster.nodes;
  const workload = { kind: "heartbeat", readers: "replicas", isolation: isolationDefault };
  const pulse = await startWorkload({
    ...{ name: "pulse", place, scripts: [], clients: 1, node: "primary", workload },
    ratePerSecond: ticksPerSecond,
  }, {
    signal,
    limit: signal,
    before: round,
    find: (selector) => Promise.resolve(selector === "replicas" ? replicas : [primary!]),
    connect: (node, limit) => Session.open(loginOf(node), limit),
  });
  try {
    return await timeWrites(cluster, signal);
  } finally {
    await pulse.end(signal);
  }
}

async function run(limits: Limits): Promise<Findings> {
  const { postgres, endsAt, signal } = limits;
  await using open = new AsyncDisposableStack();
  const target = await openLocalTarget(await projectStack(), { postgres, signal, ahead: 0 });
  open.defer(() => target.close());
  const cluster = await target.create({ change, signal });
  const observer = open.use(new Observer("pgproof bench"));
  const afresh = async (measure: () => Promise<number>) => {
    const sql = "drop table if exists bench; create table bench (id bigint)";
    await observer.ask(cluster.nodes[0]!, sql, [], signal);
    return await measure();
  };
  let round = 0;
  const { probed, alone } = await alternate({
    probed: () => afresh(() => timeProbed(cluster, round++, signal)),
    alone: () => afresh(() => timeWrites(cluster, signal)),
  }, { max: roundsMax, endsAt, signal });
  return {
    measurements: [{
      name: `writes of ${clients} clients while replicas are probed`,
      unit: "per_second",
      better: "higher",
      subject: { what: `with a heartbeat at ${ticksPerSecond}/s`, samples: probed },
      floor: { what: "without", samples: alone },
    }],
    notes: [],
  };
}

/** The benchmark. */
export const probe: Benchmark = {
  name: "probe",
  summary: "writes while a heartbeat looks at three replicas, and without",
  weight: 20,
  run,
};
