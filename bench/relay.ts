/**
 * How long a replica takes to receive a lot of WAL through a relay, beside how long it takes without:
 * the same two servers, and the relay in a process that does nothing else meanwhile.
 *
 * The replica does not flush: a slow disk would make both equal.
 *
 * @module
 */
import { setAndReload } from "../lib/cluster/alter_system.ts";
import { openLocalTarget } from "../lib/cluster/local/target.ts";
import { declaredConninfo, formatConninfo, readdress } from "../lib/cluster/conninfo.ts";
import type { Address, Node } from "../lib/cluster/model.ts";
import { Observer } from "../lib/cluster/observer.ts";
import { Relay } from "../lib/link/relay.ts";
import { sleep } from "../lib/time/sleep.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits } from "./model.ts";
import { projectStack } from "./project.ts";

/** A loop over Deno's sockets reached 0.77 of direct throughput. */
const reach = 1.3;

const roundsMax = 20;

/** What one turn sends: so many records of a megabyte. */
const records = 256;

const change = {
  settings: {
    fsync: "off",
    max_wal_size: "8GB",
    wal_keep_size: "1GB",
    wal_retrieve_retry_interval: "10ms",
  },
  nodeSettings: {},
  replicas: 1,
};

/** A primary, its replica, and how to ask them. */
interface Pair {
  primary: Node;
  replica: Node;
  observer: Observer;
  signal: AbortSignal;
}

/** Points the replica at an address, or at none. */
async function connect({ replica, observer, signal }: Pair, to: Address | undefined) {
  const conninfo = to ? formatConninfo(readdress(declaredConninfo(replica.declared), to)) : "";
  await setAndReload(observer, replica, { name: "primary_conninfo", value: conninfo }, signal);
}

/** Waits until a question has the answer true. */
async function until({ replica, observer, signal }: Pair, sql: string) {
  while (await observer.value(replica, `select ${sql}`, signal) !== true) await sleep(2, signal);
}

/** Time from when the replica is told where its upstream is until it has all, in milliseconds. */
async function timeReceive(pair: Pair, to: Address): Promise<number> {
  const { primary, observer, signal } = pair;
  await connect(pair, undefined);
  await until(pair, "not exists (select from pg_stat_wal_receiver)");
  const write = "select pg_logical_emit_message(true, 'bench', repeat('.', 1048576))::text";
  for (let count = 0; count < records; count++) await observer.value(primary, write, signal);
  const lsn = await observer.value(primary, "select pg_current_wal_flush_lsn()::text", signal);
  const beganAt = performance.now();
  await connect(pair, to);
  await until(pair, `coalesce(pg_last_wal_receive_lsn() >= '${lsn}', false)`);
  return performance.now() - beganAt;
}

async function run(limits: Limits): Promise<Findings> {
  const { postgres, endsAt, signal } = limits;
  await using open = new AsyncDisposableStack();
  const target = await openLocalTarget(await projectStack(), { postgres, signal, ahead: 0 });
  open.defer(() => target.close());
  const { nodes: [primary, replica] } = await target.create({ change, signal });
  const observer = open.use(new Observer("pgproof bench"));
  const pair = { primary: primary!, replica: replica!, observer, signal };
  const upstream = primary!.address;
  const relay = open.use(new Relay({ listen: "127.0.0.1", upstream, random: Math.random }));
  const { relayed, direct } = await alternate({
    relayed: () => timeReceive(pair, { host: "127.0.0.1", port: relay.port }),
    direct: () => timeReceive(pair, upstream),
  }, { max: roundsMax, endsAt, signal });
  return {
    measurements: [{
      name: `a replica receives ${records} MB of WAL`,
      unit: "ms",
      better: "lower",
      subject: { what: "through a relay", samples: relayed },
      floor: { what: "directly", samples: direct },
      reach,
    }],
    notes: [],
  };
}

/** The benchmark. */
export const relay: Benchmark = {
  name: "relay",
  summary: "WAL through a relay of the harness against WAL without",
  weight: 20,
  run,
};
