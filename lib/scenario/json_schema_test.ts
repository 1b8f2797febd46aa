import { deepEqual, equal, ok } from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { scenarioJsonSchema } from "./json_schema.ts";
import { shipped } from "./registries.ts";
import { verbs } from "./step_grammar.ts";
import { registries } from "./testdata/registries.ts";

type Schema = Record<string, unknown>;

function validator(schema: unknown) {
  return new Ajv2020({ allErrors: true, strict: false }).compile(schema as Schema);
}

function yamlFiles(folder: URL): URL[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory
      ? yamlFiles(new URL(`${entry.name}/`, folder))
      : /\.ya?ml$/.test(entry.name)
      ? [new URL(entry.name, folder)]
      : []
  );
}

/** The schemas of all steps, by what their verb says: `sql`, `expect: streaming`. */
function stepsOf(schema: unknown): Map<string, Schema> {
  const { $defs } = schema as { $defs: { Step: { anyOf: Schema[] } } };
  return new Map($defs.Step.anyOf.map((step) => {
    const properties = step.properties as Record<string, Schema>;
    const verb = verbs.find((each) => Object.hasOwn(properties, each))!;
    const kind = properties[verb]!.const;
    return [typeof kind === "string" ? `${verb}: ${kind}` : verb, step];
  }));
}

Deno.test("scenarioJsonSchema() describes every verb and every kind", () => {
  const schema = scenarioJsonSchema(shipped);
  const steps = stepsOf(schema);
  const wanted = [
    ...verbs.filter((verb) => !["expect", "fault", "do"].includes(verb)),
    ...[...shipped.facts.keys()].map((name) => `expect: ${name}`),
    ...[...shipped.faults.keys()].map((name) => `fault: ${name}`),
    ...[...shipped.operations.keys()].map((name) => `do: ${name}`),
  ];
  deepEqual(wanted.filter((name) => !steps.get(name)?.description), []);
  equal((schema as Schema).$schema, "https://json-schema.org/draft/2020-12/schema");
});

Deno.test("scenarioJsonSchema() accepts the good files", () => {
  const validate = validator(scenarioJsonSchema(registries));
  const files = yamlFiles(new URL("./testdata/good/", import.meta.url));
  equal(files.length, 3);
  for (const file of files) {
    ok(validate(parse(Deno.readTextFileSync(file))), JSON.stringify(validate.errors));
  }
});

Deno.test("scenarioJsonSchema() accepts every shipped scenario", () => {
  const folder = new URL("../../scenarios/", import.meta.url);
  const validate = validator(scenarioJsonSchema(shipped));
  const files = yamlFiles(folder);
  ok(files.length > 0);
  for (const file of files) {
    const isValid = validate(parse(Deno.readTextFileSync(file)));
    ok(isValid, `${file.pathname}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  }
});

Deno.test("scenarioJsonSchema() refuses unknown words and verbs", () => {
  const validate = validator(scenarioJsonSchema(registries));
  const steps = (...list: unknown[]) => ({ scenario: "x", steps: list });
  ok(validate(steps({ expect: "streaming", node: "replicas" })));
  for (
    const wrong of [
      steps({ sqll: "select 1" }),
      steps({ expect: "streaming", withn: "3s" }),
      steps({ expect: "streming" }),
      steps({ fault: "kill", node: "replica1", while: [{ sqll: "select 1" }] }),
      { ...steps({ expect: "streaming" }), tag: ["a"] },
      { scenario: "x" },
    ]
  ) equal(validate(wrong), false, JSON.stringify(wrong));
});

Deno.test("scenarioJsonSchema() knows the words that hold steps, and those of the top level", () => {
  const validate = validator(scenarioJsonSchema(registries));
  const look = { query: "select 1", is: 1 };
  const whole = {
    scenario: "x",
    retries: 1,
    collect: [{ log: "ERROR", node: "all" }],
    cluster: {
      upstream: { replica2: "replica1" },
      slots: true,
      archive: true,
      synchronous: "FIRST 1 (replica1)",
      checksums: true,
      delay: { replica3: "5s" },
    },
    steps: [
      { parallel: { a: [look], b: [{ ...look, repeat: 3, when: "postgres >= 17" }] } },
      { background: { lane: [look] } },
      { end: "lane" },
      { use: "shared/x.yaml", with: { lsn: "${written}" }, repeat: "${list}" },
      { exec: ["ls", "-l"], error: 2 },
      { sql: "commit", session: "a", blocks: "1s" },
      { end: "a", is: "unknown", matches: "WARNING" },
    ],
  };
  ok(validate(whole), JSON.stringify(validate.errors?.slice(0, 3)));
  for (
    const step of [
      { parallel: { a: [{ sqll: "select 1" }], b: [look] } },
      { background: { lane: [{ ...look, within: 3, repeat: 0 }] } },
      { end: "a", is: "gone" },
      { use: "x.yaml", wiht: {} },
    ]
  ) equal(validate({ ...whole, steps: [step] }), false, JSON.stringify(step));
});
