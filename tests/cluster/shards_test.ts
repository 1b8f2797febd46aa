/**
 * Four parts of a run, merged, are the one run: on real clusters, with a failure among them.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import type { Result } from "../../lib/result/model.ts";
import { command } from "../command.ts";

const files = [
  "scenarios/configuration/settings.yaml",
  "scenarios/replication/topology.yaml",
  "scenarios/replication/write-visible.yaml",
  "tests/cluster/runs/paused.yaml",
];

/** What does not depend on when and where something ran. */
function essence({ run, totals, problems, cases }: Result) {
  return {
    totals,
    problems,
    exit: run.exit,
    seed: run.seed,
    complete: run.complete,
    sources: Object.keys(run.sources ?? {}).sort(),
    cases: cases.map(({ id, verdict, seed, steps }) => ({
      id,
      verdict,
      seed,
      steps: steps.map(({ id, verdict, problem }) => [id, verdict, problem?.code]),
    })),
  };
}

Deno.test("results of four real shards, merged in any order, equal one run's", async () => {
  const folder = await Deno.makeTempDir({ prefix: "pgp-" });
  try {
    const verify = async (name: string, ...more: string[]) => {
      const out = join(folder, name);
      const options = ["--target", "local", "--seed", "7", "--out", out, ...more];
      const { code } = await command("verify", ...options, ...files);
      return { code, path: join(out, "result.json") };
    };
    const read = async (path: string): Promise<Result> => JSON.parse(await Deno.readTextFile(path));
    const whole = await verify("whole");
    equal(whole.code, 1);
    const parts: string[] = [];
    for (const index of [3, 1, 4, 2]) {
      parts.push((await verify(`part-${index}`, "--shard", `${index}/4`)).path);
    }
    const counts = (await Promise.all(parts.map(read))).map(({ cases }) => cases.length);
    deepEqual(counts.toSorted(), [1, 1, 1, 1]);
    const out = join(folder, "merged");
    const merged = await command("merge", ...parts, "--out", out);
    equal(merged.code, 1, merged.err);
    const [one, joined] = [await read(whole.path), await read(join(out, "result.json"))];
    deepEqual(essence(joined), essence(one));
    match(await Deno.readTextFile(join(out, "report.html")), /never reaches a replica/);
    // One that is missing is an error, even where nothing else failed.
    const less = await command("merge", ...parts.slice(1), "--out", out);
    equal((await read(join(out, "result.json"))).problems[0]?.code, "MissingCase");
    equal(less.code === 0, false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
