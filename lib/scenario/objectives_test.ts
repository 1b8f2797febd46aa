import { deepEqual, equal, match, throws } from "node:assert/strict";
import { parseScenario } from "./parse.ts";
import { lackingObjective } from "./objectives.ts";

const text = `
scenario: Judged by what the stack promises
why: Answers are at most \${objective_staleness} old.
always:
  - expect: lag_time
    below: \${objective_staleness}
steps:
  - sql: select pg_size_bytes(:objective_outage)
`;

const stack = { file: "compose.yaml", objectives: { stalenessMs: 2000, outageBytes: 65536 } };
const parse = (
  text: string,
  { objectives }: Pick<typeof stack, "objectives"> | { objectives: object },
) => parseScenario("a.yaml", text, { nodes: ["master"], objectives });

Deno.test("parseScenario() puts the objectives of the stack in place, and requires them", () => {
  const { why, requires, vars, always } = parse(text, stack);
  equal(why, "Answers are at most 2s old.");
  const [{ look }] = always as [typeof always[number]];
  equal(look.verb === "expect" && look.compare.below, 2000);
  deepEqual(vars, { objective_staleness: "2s", objective_outage: "64kB" });
  deepEqual(requires, ["objective_staleness", "objective_outage"]);
});

Deno.test("parseScenario() reads a scenario of objectives that nothing declares", () => {
  const { requires } = parse(text, { objectives: {} });
  deepEqual(requires, ["objective_staleness", "objective_outage"]);
});

Deno.test("parseScenario() refuses a name of an objective that there is not, or as a variable", () => {
  throws(
    () => parse(text.replaceAll("objective_staleness", "objective_stalenes"), stack),
    /did you mean "objective_staleness"/,
  );
  throws(() => parse(`${text}vars: { objective_rto: 1s }\n`, stack), /"objective_rto" is taken/);
});

Deno.test("lackingObjective() says what is not declared", () => {
  equal(lackingObjective("docker", stack), undefined);
  deepEqual(lackingObjective("objective_outage", stack), { reason: undefined });
  match(lackingObjective("objective_rto", stack)!.reason!, /compose\.yaml declares no .*"rto"/);
  match(lackingObjective("objective_x", stack)!.reason!, /no objective "x"/);
});
