/**
 * From nothing to one primary and three streaming replicas, beside the plainest script that does the
 * same with the same programs, template and settings.
 *
 * @module
 */
import { type LocalTarget, openLocalTarget } from "../lib/cluster/local/target.ts";
import { sleep } from "../lib/time/sleep.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits, Measurement } from "./model.ts";
import { PlainHost, settle } from "./plain_host.ts";
import { asDeclared, projectStack } from "./project.ts";

/** What the project wants. */
const reach = 1.25;

/** Each round of the second kind leaves some 150 MB until the end, and copying can take seconds. */
const rounds = { ready: { max: 40 }, made: { min: 2, max: 8 } };

/** The first kind's share of the time. */
const readyShare = 0.65;

/** What is left of the last cluster may settle for so long. */
const restMs = 50;

async function timeCreate(target: LocalTarget, signal: AbortSignal): Promise<number> {
  const beganAt = performance.now();
  const cluster = await target.create({ change: asDeclared, signal });
  const ms = performance.now() - beganAt;
  await cluster.remove();
  return ms;
}

async function measure(limits: Limits, options: {
  host: PlainHost;
  target: LocalTarget;
  isReady: boolean;
}): Promise<Measurement> {
  const { endsAt, signal } = limits;
  const { host, target, isReady } = options;
  // Both sides begin on the same quiet disk, or one would pay for what the other has written.
  const prepare = async () => {
    if (isReady) await host.fill();
    await target.filled;
    await settle(signal);
    await sleep(restMs, signal);
  };
  const { subject, floor } = await alternate({
    subject: async () => {
      await prepare();
      return await timeCreate(target, signal);
    },
    floor: async () => {
      await prepare();
      return await (isReady ? host.timeStart(signal) : host.timeAll(signal));
    },
  }, { ...(isReady ? rounds.ready : rounds.made), endsAt, signal });
  return {
    name: isReady ? "to streaming, copies ready" : "to streaming, copies made",
    unit: "ms",
    better: "lower",
    subject: { what: "the local target", samples: subject },
    floor: { what: "the plainest script", samples: floor },
    reach,
  };
}

async function run(limits: Limits): Promise<Findings> {
  const { postgres, signal } = limits;
  const stack = await projectStack();
  await using host = await PlainHost.open(stack, limits);
  const measurements: Measurement[] = [];
  const budgetMs = limits.endsAt - performance.now();
  // The first copies can take long, and are not what is measured.
  await host.fill();
  for (const isReady of [true, false]) {
    const target = await openLocalTarget(stack, { postgres, signal, ahead: isReady ? 1 : 0 });
    try {
      await target.filled;
      const endsAt = performance.now() + budgetMs * (isReady ? readyShare : 1 - readyShare);
      measurements.push(await measure({ ...limits, endsAt }, { host, target, isReady }));
    } finally {
      await target.close();
    }
  }
  return { measurements, notes: [] };
}

/** The benchmark. */
export const cluster: Benchmark = {
  name: "cluster",
  summary: "From nothing to one primary and three streaming replicas",
  weight: 40,
  run,
};
