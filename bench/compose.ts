/**
 * From nothing to one primary and three streaming replicas in Docker, beside `docker compose up --wait`
 * of the same file in a fresh checkout. Its health checks say that a replica streams, too, but they
 * look only every five seconds.
 *
 * @module
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { composeAvailable } from "../lib/cluster/compose/available.ts";
import { docker } from "../lib/cluster/compose/command.ts";
import { openComposeTarget } from "../lib/cluster/compose/target.ts";
import type { Target } from "../lib/cluster/model.ts";
import type { Stack } from "../lib/stack/model.ts";
import { readStack } from "../lib/stack/read.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits, Measurement } from "./model.ts";
import { asDeclared, project } from "./project.ts";

/** On a busy machine a round takes half a minute. */
const rounds = { min: 2, max: 20 };

/** How long a cluster made ahead may take, in milliseconds. */
const createMs = 120_000;

/** Where volumes are mounted from the host: the folders that a person makes by hand. */
const folders = ["pg_master_data", "pg_slave_data1", "pg_slave_data2", "pg_slave_data3"];

/** Milliseconds that the documented commands take, in a folder of their own. */
async function timeByHand(signal: AbortSignal): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "pgproof-bench-" });
  const compose = (...args: string[]) =>
    docker(["compose", "--project-directory", directory, ...args], signal);
  try {
    await cp(join(project, "compose.yaml"), join(directory, "compose.yaml"));
    await cp(join(project, "fixtures"), join(directory, "fixtures"), { recursive: true });
    for (const name of folders) await Deno.mkdir(join(directory, name));
    const beganAt = performance.now();
    await compose("up", "-d", "--wait");
    return performance.now() - beganAt;
  } finally {
    const late = AbortSignal.timeout(createMs);
    await docker(["compose", "--project-directory", directory, "down", "-t", "5"], late);
    await Deno.remove(directory, { recursive: true });
  }
}

/** Milliseconds until a cluster is handed over. */
async function timeCreate(target: Target, signal: AbortSignal): Promise<number> {
  const beganAt = performance.now();
  const cluster = await target.create({ change: asDeclared, signal });
  const ms = performance.now() - beganAt;
  await cluster.remove();
  return ms;
}

async function measure(stack: Stack, { endsAt, signal }: Limits): Promise<Measurement> {
  const subject = async (signal: AbortSignal) => {
    // Closed each time, so that no removal goes on beside the other's turn.
    const target = await openComposeTarget(stack, { signal, ahead: 0, createMs });
    try {
      return await timeCreate(target, signal);
    } finally {
      await target.close();
    }
  };
  const found = await alternate({ subject, floor: timeByHand }, { ...rounds, endsAt, signal });
  return {
    name: "to streaming, in Docker",
    unit: "ms",
    better: "lower",
    subject: { what: "the compose target", samples: found.subject },
    floor: { what: "docker compose up -d --wait", samples: found.floor },
    reach: 1,
  };
}

async function run(limits: Limits): Promise<Findings> {
  const { signal } = limits;
  // With the environment: the image may be named there.
  const stack = await readStack(join(project, "compose.yaml"));
  const reason = await composeAvailable({ stack, signal });
  if (reason !== undefined) return { measurements: [], notes: [`no Docker: ${reason}`] };
  return { measurements: [await measure(stack, limits)], notes: [] };
}

/** The benchmark. */
export const compose: Benchmark = {
  name: "compose",
  summary: "From nothing to one primary and three streaming replicas, in Docker",
  weight: 30,
  run,
};
