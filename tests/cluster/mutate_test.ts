/**
 * `mutate` on real clusters: each outcome is seen once, and the stack itself is left alone.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { basename, join } from "node:path";
import type { MutationReport } from "../../lib/mutant/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { command } from "../command.ts";

Deno.test("mutate tells killed, survived, equivalent and invalid apart", async () => {
  const out = await Deno.makeTempDir();
  try {
    const before = (await readStack("compose.yaml")).hash;
    const json = join(out, "m.json");
    const ran = await command(
      ...["mutate", "--target", "local", "--out", out, "--report", `json=${json}`],
      ...["fixtures/mutants/everybody-trusted.yaml", "fixtures/mutants/wal-minimal.yaml"],
      ...["fixtures/mutants/feedback.yaml", "tests/cluster/mutants"],
    );
    equal(ran.code, 1, ran.out + ran.err);
    const report: MutationReport = JSON.parse(await Deno.readTextFile(json));
    const outcomes = Object.fromEntries(
      report.mutants.map(({ file, outcome }) => [basename(file, ".yaml"), outcome]),
    );
    deepEqual(outcomes, {
      "everybody-trusted": "killed",
      "wal-minimal": "killed",
      feedback: "equivalent",
      "false-alarm": "false-alarm",
      invalid: "invalid",
      "not-in-effect": "invalid",
      otherwise: "killed-otherwise",
      survivor: "survived",
    });
    const seen = (name: string) =>
      report.mutants.find(({ file }) => basename(file) === `${name}.yaml`)?.seen ?? "";
    match(seen("not-in-effect"), /is not in effect on \w+: log_min_messages is not panic/);
    match(seen("otherwise"), /^commits reach the disk: .*fsync off/);
    match(ran.out, /^SURVIVED +tests\/cluster\/mutants\/survivor\.yaml/m);
    match(ran.out, /2 of 5 killed for the expected reason, 1 of 3 equivalent ones green/);
    equal((await readStack("compose.yaml")).hash, before);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
