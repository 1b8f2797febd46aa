import { equal } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { rerunCommand } from "./rerun.ts";

const { run, cases } = foldEvents(mixedRun());
const subject = cases[0]!;

Deno.test("rerunCommand() names file, seed, combination and what chose the target", () => {
  const argv = ["verify", "--target=local", "--postgres", "16", "--workers", "2", "--quiet"];
  equal(
    rerunCommand({ ...run, argv }, { ...subject, combination: { how: "kill", postgres: 17 } }),
    "deno task verify scenarios/visible.yaml --seed 42 --matrix how=kill --matrix postgres=17 " +
      "--target=local --postgres 16",
  );
});

Deno.test("rerunCommand() quotes for a shell", () => {
  equal(
    rerunCommand({ ...run, argv: [] }, { ...subject, file: "my $(scenarios)/it's.yaml" }),
    `deno task verify 'my $(scenarios)/it'\\''s.yaml' --seed 42`,
  );
});
