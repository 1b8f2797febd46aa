import { equal, match } from "node:assert/strict";
import { shipped } from "../scenario/registries.ts";
import { parseScenario } from "../scenario/parse.ts";
import { judgesNothing, type Surroundings, unmet } from "./applies.ts";
import { versionOrder } from "../cluster/version.ts";

const here: Surroundings = { name: "local", postgres: { text: "17.4", number: 170004 } };

function scenarioOf(text: string) {
  return parseScenario("x.yaml", `scenario: x\n${text}`, {
    nodes: ["master"],
    registries: shipped,
  });
}

function reason(when: string): string | undefined {
  const { steps } = scenarioOf(`always: [{ query: select 1, is: 1 }]
vars: { how: kill }
steps:
  - { sql: select 1, when: ${JSON.stringify(when)} }
`);
  return unmet(steps[0]!, here);
}

Deno.test("unmet() compares versions, a major standing for all of its minors", () => {
  for (const holds of ["postgres = 17", "postgres >= 17.4", "postgres < 18", "postgres != 17.3"]) {
    equal(reason(holds), undefined, holds);
  }
  for (const fails of ["postgres > 17", "postgres < 17", "postgres = 17.3", "postgres <= 16"]) {
    equal(reason(fails), `only when ${fails}, it is 17.4`);
  }
  equal(versionOrder(150018, "15"), 0);
  equal(Math.sign(versionOrder(150018, "15.20")), -1);
});

Deno.test("unmet() compares the target and variables", () => {
  equal(reason("target = local"), undefined);
  equal(reason("target != compose"), undefined);
  equal(reason("target = compose"), "only when target = compose, it is local");
  equal(reason("how = kill"), undefined);
  equal(reason("how = pause"), "only when how = pause");
});

Deno.test("judgesNothing() looks for a check that is left, nested ones too", () => {
  const nothing = scenarioOf(`steps:
  - { sql: select 1 }
  - fault: pause
    node: master
    when: postgres > 17
    while: [{ query: select 1, is: 1 }]
`);
  equal(judgesNothing(nothing, here), true);
  equal(judgesNothing(nothing, { ...here, postgres: { text: "18.1", number: 180001 } }), false);
  match(String(unmet(nothing.steps[1]!, here)), /postgres > 17/);
});
