import { deepEqual, equal, notEqual, throws } from "node:assert/strict";
import { OptionError } from "./option_error.ts";
import { parseScenario } from "./parse.ts";
import { planCases, type PlanOptions } from "./plan.ts";
import { nodes, registries } from "./testdata/registries.ts";

function scenario(file: string, top = "") {
  const text = `scenario: about ${file}\n${top}\nsteps:\n  - expect: streaming\n`;
  return parseScenario(file, text, { nodes, registries });
}

const plain = scenario("a.yaml", "tags: [smoke]");
const matrix = scenario(
  "b.yaml",
  `tags: [slow]\nmatrix: { postgres: [16, "17"], how: [kill, pause] }`,
);
const seeded = scenario("c.yaml", "seed: 42");
const all = [plain, matrix, seeded];

function ids(options: Partial<PlanOptions>): string[] {
  return planCases(all, { seed: 1, repeat: 1, ...options }).map((each) => each.id);
}

Deno.test("planCases() names cases by file, combination and repetition", () => {
  deepEqual(ids({}), [
    "a.yaml",
    "b.yaml[postgres=16,how=kill]",
    "b.yaml[postgres=16,how=pause]",
    'b.yaml[postgres="17",how=kill]',
    'b.yaml[postgres="17",how=pause]',
    "c.yaml",
  ]);
  deepEqual(planCases([plain], { seed: 1, repeat: 3 }).map((each) => [each.id, each.repetition]), [
    ["a.yaml", 1],
    ["a.yaml#2", 2],
    ["a.yaml#3", 3],
  ]);
});

Deno.test("planCases() gives a case the same seed whatever else is selected", () => {
  const [alone] = planCases([plain], { seed: 7, repeat: 1 });
  const among = planCases([seeded, matrix, plain], { seed: 7, repeat: 2 });
  equal(among.find((each) => each.id === "a.yaml")!.seed, alone!.seed);
  notEqual(among.find((each) => each.id === "a.yaml#2")!.seed, alone!.seed);
  notEqual(planCases([plain], { seed: 8, repeat: 1 })[0]!.seed, alone!.seed);
  equal(planCases([seeded], { seed: 7, repeat: 1 })[0]!.seed, 42);
});

Deno.test("planCases() selects by tag, by name, by value", () => {
  deepEqual(ids({ tag: "smoke" }), ["a.yaml"]);
  deepEqual(ids({ tag: "not slow" }), ["a.yaml", "c.yaml"]);
  deepEqual(ids({ grep: "ABOUT C" }), ["c.yaml"]);
  deepEqual(ids({ grep: "how=kill" }).length, 2);
  deepEqual(ids({ grep: "no such scenario" }), []);
  deepEqual(ids({ matrix: { postgres: "17", how: "kill" } }), [
    "a.yaml",
    'b.yaml[postgres="17",how=kill]',
    "c.yaml",
  ]);
});

Deno.test("planCases() deals the cases out to shards, each to one", () => {
  const parts = [1, 2, 3].map((index) => ids({ shard: { index, of: 3 } }));
  deepEqual(parts[0], ["a.yaml", 'b.yaml[postgres="17",how=kill]']);
  deepEqual(parts.flat().toSorted(), ids({}).toSorted());
});

Deno.test("planCases() refuses options that mean nothing", () => {
  const refused = (options: Partial<PlanOptions>, message: RegExp) =>
    throws(
      () => ids(options),
      (error: Error) => error instanceof OptionError && message.test(error.message),
    );
  refused({ repeat: 0 }, /repeat 0 times/);
  refused({ grep: "(" }, /--grep \(/);
  refused({ tag: "a and" }, /expected a tag/);
  refused({ matrix: { hwo: "kill" } }, /no scenario has that axis, did you mean how\?/);
  refused({ matrix: { how: "kil" } }, /no scenario has that value, did you mean kill\?/);
  refused({ shard: { index: 4, of: 3 } }, /shard 4\/3/);
  throws(() => planCases([plain, plain], { seed: 1, repeat: 1 }), /a\.yaml: it is selected twice/);
});
