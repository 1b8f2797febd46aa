import { deepEqual } from "node:assert/strict";
import { checkMutant, planOn } from "../../lib/mutant/cases.ts";
import { readMutants } from "../../lib/mutant/read.ts";
import { readStack } from "../../lib/stack/read.ts";

Deno.test("every mutant that ships names nodes, scenarios and checks that exist", async () => {
  const plan = planOn(await readStack("compose.yaml"), 1);
  for (const mutant of await readMutants([])) checkMutant(mutant, plan);
});

Deno.test("docs/mutants.md has every mutant that ships", async () => {
  const page = await Deno.readTextFile("docs/mutants.md");
  const linked = new Set([...page.matchAll(/\(\.\.\/(fixtures\/mutants\/[^)]+)\)/g)]
    .map(([, path]) => path!));
  const shipped = (await readMutants([])).map(({ file }) => file);
  deepEqual([...linked].toSorted(), shipped.toSorted());
});
