/**
 * Lost writes between containers: what hides them, or makes them, is seen there as on this machine.
 *
 * @module
 */
import { composeTest } from "./compose_fixture.ts";
import { failAsPlanted } from "./seeds/seed.ts";
import { lossSeeds } from "./seeds/loss.ts";

composeTest("a cut that did not bite, and commits that wait for nobody, are seen", async (t) => {
  await failAsPlanted(t, "compose", lossSeeds);
});
