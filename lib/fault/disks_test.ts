import { deepEqual, match } from "node:assert/strict";
import { parseScenario } from "../scenario/parse.ts";
import { planCases } from "../scenario/plan.ts";
import { diskTranslations, filledDisks } from "./disks.ts";

const nodes = ["master", "replica1", "replica2"];

/** What the steps of a scenario fill. */
function filled(...faults: string[]) {
  const steps = faults.map((words) => `  - {fault: disk_full, for: 1s, ${words}}`);
  const text = ["scenario: s", "steps:", ...steps, "  - {expect: streaming, node: replicas}"];
  const parsed = parseScenario("s.yaml", text.join("\n"), { nodes });
  return filledDisks(planCases([parsed], { seed: 1, repeat: 1 })[0]!.scenario, nodes);
}

Deno.test("filledDisks() names what the steps fill, every node where they name a role", () => {
  deepEqual(filled("node: master"), { master: ["data"] });
  deepEqual(filled("node: master, disk: wal", "node: replica1", "node: master"), {
    master: ["wal", "data"],
    replica1: ["data"],
  });
  deepEqual(Object.keys(filled("node: primary")!), nodes);
  deepEqual(filled(), undefined);
});

Deno.test("diskTranslations() says what differs from the stack", () => {
  const [sentence] = diskTranslations({ master: ["data", "wal"] });
  match(sentence!, /^master: its data and its wal are each on a file system of 256MB/);
  deepEqual(diskTranslations(undefined), []);
});
