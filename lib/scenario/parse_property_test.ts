import { ok } from "node:assert/strict";
import fc from "fast-check";
import { ScenarioError } from "./diagnostic.ts";
import { parseScenario } from "./parse.ts";
import { nodes, registries } from "./testdata/registries.ts";

const good = new URL("./testdata/good/", import.meta.url);
const texts = [...Deno.readDirSync(good)].map((entry) =>
  Deno.readTextFileSync(new URL(entry.name, good))
);

/** Parses, and checks that what is thrown is an error of the language with places inside the file. */
function holds(text: string): void {
  try {
    parseScenario("x.yaml", text, { nodes, registries });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    ok(error.diagnostics.length > 0);
    const lines = text.split("\n");
    for (const { line, column, message } of error.diagnostics) {
      ok(line >= 1 && line <= lines.length, `${message}: line ${line} of ${lines.length}`);
      const width = lines[line - 1]!.length + 1;
      ok(column >= 1 && column <= width, `${message}: column ${column} of ${width}`);
    }
  }
}

const scrap = fc.constantFrom(
  ...("scenario steps setup always while sql query expect fault do set load end sleep node within " +
    "use parallel background exec repeat when with item collect cluster upstream synchronous " +
    "save is lsn matrix vars exclude kill streaming replicas primary ${a} :n 10s 10 null true")
    .split(" "),
  ..."- |: |, |{|}|[|]|'|\"|#|&a|*a|!t|%|<<: |\n|\n  |\n    |\t|\r\n|\0|é|\u{1f600}|\ud800".split(
    "|",
  ),
);

Deno.test("parseScenario() refuses garbage with a place inside the file", () => {
  const garbage = fc.array(fc.oneof(scrap, fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 60,
  }).map((parts) => parts.join(""));
  fc.assert(fc.property(garbage, holds), { numRuns: 400, interruptAfterTimeLimit: 20_000 });
});

Deno.test("parseScenario() refuses a damaged scenario with a place inside the file", () => {
  const damage = fc.record({
    text: fc.constantFrom(...texts),
    cuts: fc.array(
      fc.record({ at: fc.nat(3000), length: fc.nat(30), put: fc.oneof(fc.constant(""), scrap) }),
      { minLength: 1, maxLength: 4 },
    ),
  }).map(({ text, cuts }) =>
    cuts.reduce((now, { at, length, put }) => {
      const start = at % (now.length + 1);
      return now.slice(0, start) + put + now.slice(start + length);
    }, text)
  );
  fc.assert(fc.property(damage, holds), { numRuns: 300, interruptAfterTimeLimit: 20_000 });
});

Deno.test("parseScenario() refuses well-formed maps of anything", () => {
  const word = fc.oneof(scrap, fc.string({ maxLength: 5 }));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      word,
      fc.integer(),
      fc.constant(null),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(word, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  const file = fc.record({ scenario: tree, steps: fc.array(tree), vars: tree, matrix: tree }, {
    requiredKeys: ["steps"],
  });
  // JSON is YAML; keys that JSON may hold and the language may not are part of the test.
  fc.assert(fc.property(file, (data) => holds(JSON.stringify(data, null, 1))), {
    numRuns: 300,
    interruptAfterTimeLimit: 20_000,
  });
});
