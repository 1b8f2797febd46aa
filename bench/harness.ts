/**
 * How much of a smoke run is the harness's own work: its processor time as a share of the run's
 * length. The rest is waiting for PostgreSQL.
 *
 * @module
 */
import { join } from "node:path";
import { removeAll } from "../lib/cluster/local/cache.ts";
import type { Result } from "../lib/result/model.ts";
import { alternate } from "./alternate.ts";
import type { Benchmark, Findings, Limits } from "./model.ts";
import { project } from "./project.ts";

/** On a busy machine a run takes many seconds. */
const rounds = { min: 1, max: 12 };

/** Runs the smoke scenarios in a process of their own. */
async function smoke(postgres: string, signal: AbortSignal): Promise<Result> {
  const out = await Deno.makeTempDir({ prefix: "pgproof-bench-" });
  try {
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "main.ts", "verify", "--quiet", "--tag", "smoke"]
        .concat("--target", "local", "--postgres", postgres, "--out", out),
      cwd: project,
      env: { NO_COLOR: "1" },
      stdin: "null",
      signal,
    }).output();
    signal.throwIfAborted();
    if (code !== 0) {
      const text = new TextDecoder().decode(new Uint8Array([...stdout, ...stderr]));
      throw new Error(`Cannot measure: the smoke run ended with exit code ${code}: ${text.trim()}`);
    }
    return JSON.parse(await Deno.readTextFile(join(out, "result.json")));
  } finally {
    await removeAll(out);
  }
}

async function run({ postgres, endsAt, signal }: Limits): Promise<Findings> {
  const lengths: number[] = [];
  let cases = 0;
  const { share } = await alternate({
    share: async () => {
      const result = await smoke(postgres, signal);
      const { harnessMs, ms } = result.run;
      if (harnessMs === undefined || ms === undefined) {
        throw new Error("Cannot measure: the smoke run has no end");
      }
      lengths.push(ms);
      cases = result.cases.length;
      return harnessMs / ms;
    },
  }, { ...rounds, endsAt, signal });
  return {
    measurements: [
      {
        name: "processor time of a smoke run",
        unit: "share",
        better: "lower",
        subject: { what: `harness, ${cases} cases`, samples: share },
      },
      {
        name: "length of a smoke run",
        unit: "ms",
        better: "lower",
        // The first one warms up, as above.
        subject: { what: `all of it, ${cases} cases`, samples: lengths.slice(1) },
      },
    ],
    notes: [],
  };
}

/** The benchmark. */
export const harness: Benchmark = {
  name: "harness",
  summary: "The harness's own processor time as a share of a smoke run",
  weight: 20,
  run,
};
