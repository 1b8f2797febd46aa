import { equal } from "node:assert/strict";
import { sharedNetwork } from "./shared_network.ts";

Deno.test("sharedNetwork() is where the others are, wherever it stands among the names", () => {
  const all = [["p"], ["p"], ["a", "p", "z"]];
  equal(sharedNetwork(all[2]!, all), "p");
  equal(sharedNetwork(all[0]!, all), "p");
  equal(sharedNetwork(["a", "p"], [["a", "p"], ["a", "p"]]), "a");
});
