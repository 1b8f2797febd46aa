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

/** Numbers that the catalogue of misconfigurations, M01 to M112, has no row for. */
const gaps = [16, 24, 41, 42, 44, 48, 55, 66, 69, 73, 87, 88, 91, 94, 97, 99, 100, 105, 106, 110];

Deno.test("docs/mutants.md speaks of every row of the catalogue, once", async () => {
  const page = await Deno.readTextFile("docs/mutants.md");
  const cells = [...page.matchAll(/^\| (M\d[^|]*?) *\|/gm)].map(([, cell]) => cell!);
  const told = cells.flatMap((cell) => cell.split(", ")).map((row) => Number(row.slice(1)));
  const rows = Array.from({ length: 112 }, (_, index) => index + 1);
  deepEqual(told.toSorted((a, b) => a - b), rows.filter((row) => !gaps.includes(row)));
});
