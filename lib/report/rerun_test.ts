import { equal } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { rerunCommand } from "./rerun.ts";
import { casesWithRun } from "./run_case.ts";

const result = foldEvents(mixedRun());
const { run, cases } = result;
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

Deno.test("rerunCommand() of what belongs to no case is the run's own, with its seed", () => {
  const cut = { ...result, run: { ...result.run, complete: false } };
  const own = casesWithRun(cut).at(-1)!;
  equal(
    rerunCommand({ ...cut.run, argv: ["verify", "my scenarios", "--target", "local"] }, own),
    "deno task verify 'my scenarios' --target local --seed 42",
  );
  equal(
    rerunCommand({ ...cut.run, argv: ["verify", "--seed=7"] }, own),
    "deno task verify --seed=7",
  );
});
