/**
 * `mutate` on containers: for each scenario that only they can run, a mistake in the stack's file
 * that it sees. All that ship are run by hand; see docs/mutants.md.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { basename, join } from "node:path";
import { readMutants } from "../../lib/mutant/read.ts";
import type { MutationReport } from "../../lib/mutant/model.ts";
import { findScenarios } from "../../lib/scenario/files.ts";
import { command } from "../command.ts";
import { composeTest } from "./compose_fixture.ts";

const places = ["docker/swapped-ports", "docker/port-at-nobody", "docker/shared-folder"];
const surroundings = ["docker/second-network", "docker/unbounded-logs", "docker/anonymous-volume"];
const rest = ["docker/little-shared-memory", "cascade"];

const paths = (names: readonly string[]) =>
  names.map((name) => join("fixtures/mutants", `${name}.yaml`));

/** Runs mutants, each of which must be killed for the reason that it names. */
async function kill(names: readonly string[], look?: (out: string) => Promise<void>) {
  const out = await Deno.makeTempDir();
  try {
    const ran = await command(
      ...["mutate", "--target", "compose", "--workers", "2", "--out", out],
      ...paths(names),
    );
    equal(ran.code, 0, ran.out + ran.err);
    const text = await Deno.readTextFile(join(out, "mutation.json"));
    const { mutants }: MutationReport = JSON.parse(text);
    const outcomes = mutants.map(({ file, outcome }) => [basename(file, ".yaml"), outcome]);
    deepEqual(outcomes, names.map((name) => [basename(name), "killed"]));
    await look?.(out);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

composeTest("Swapped ports, one that leads nowhere, and a shared folder are seen", async () => {
  await kill(places);
});

composeTest("A second network, a log without an end, a nameless volume are seen", async () => {
  await kill(surroundings);
});

composeTest("Too little shared memory is seen, and a cascade with who sends to whom", async () => {
  await kill(rest, async (out) => {
    match(await Deno.readTextFile(join(out, "mutants/cascade.ndjson")), /sends to replica2/);
  });
});

Deno.test("Every scenario about containers has a mutant here that makes it fail", async () => {
  const mutants = await readMutants(paths([...places, ...surroundings, ...rest]));
  const seeded = new Set(mutants.map(({ kill }) => kill?.scenario));
  const shipped = (await findScenarios(["scenarios/docker"])).map(({ path }) => path);
  deepEqual(shipped.filter((path) => !seeded.has(path)), []);
});
