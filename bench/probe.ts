/**
 * What the visibility probe costs: writes per second of clients that send as fast as they are
 * answered, with a heartbeat that looks at three replicas and without.
 *
 * @module
 */
import type { Cluster } from "../lib/cluster/model.ts";
import { openLocalTarget } from "../lib/cluster/local/target.ts";
import { loginOf, Observer } from "../lib/cluster/observer.ts";
import type { RunningLoad } from "../lib/load/model.ts";
import { startLoad } from "../lib/load/start.ts";
import { Session } from "../lib/sql/session.ts";
import { sleep } from "../lib/time/sleep.ts";
import { isolationDefault } from "../lib/workload/kind.ts";
import { startWorkload } from "../lib/workload/start.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits } from "./model.ts";
import { projectStack } from "./project.ts";

const roundsMax = 100;

/**
 * Many short turns rather than few long ones: on a machine that is busy with other work two turns
 * are alike only when one follows the other at once.
 */
const [warmMs, measureMs] = [150, 350];
const clients = 8;
const ticksPerSecond = 100;

/** Commits do not wait for the disk: a slow one would hide what the probe costs. */
const change = { settings: { synchronous_commit: "off" }, nodeSettings: {} };

const place = { line: 1, column: 1 };

/** Writes as fast as they are answered, all the time: only the probe comes and goes. */
function startWriting({ nodes }: Cluster, signal: AbortSignal): RunningLoad {
  const [primary] = nodes;
  return startLoad({
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
}

/** Acknowledged writes per second. */
async function timeWrites({ ledger }: RunningLoad, signal: AbortSignal): Promise<number> {
  await sleep(warmMs, signal);
  const before = ledger.counts().acknowledged;
  const from = performance.now();
  await sleep(measureMs, signal);
  return (ledger.counts().acknowledged - before) * 1000 / (performance.now() - from);
}

/** Starts the probe. */
function startProbe(cluster: Cluster, round: number, signal: AbortSignal): Promise<RunningLoad> {
  const [primary, ...replicas] = cluster.nodes;
  const workload = { kind: "heartbeat", readers: "replicas", isolation: isolationDefault };
  return startWorkload({
    ...{ name: "pulse", place, scripts: [], clients: 1, node: "primary", workload },
    ratePerSecond: ticksPerSecond,
  }, {
    signal,
    limit: signal,
    before: round,
    find: (selector) => Promise.resolve(selector === "replicas" ? replicas : [primary!]),
    connect: (node, limit) => Session.open(loginOf(node), limit),
  });
}

async function run(limits: Limits): Promise<Findings> {
  const { postgres, endsAt, signal } = limits;
  await using open = new AsyncDisposableStack();
  const target = await openLocalTarget(await projectStack(), { postgres, signal, ahead: 0 });
  open.defer(() => target.close());
  const cluster = await target.create({ change, signal });
  const observer = open.use(new Observer("pgproof bench"));
  await observer.ask(cluster.nodes[0]!, "create table bench (id bigint)", [], signal);
  const load = startWriting(cluster, signal);
  open.defer(() => load.end(signal));
  let round = 0;
  const { probed, alone } = await alternate({
    probed: async () => {
      const pulse = await startProbe(cluster, round++, signal);
      try {
        return await timeWrites(load, signal);
      } finally {
        await pulse.end(signal);
      }
    },
    alone: () => timeWrites(load, signal),
  }, { max: roundsMax, min: 6, endsAt, signal });
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
