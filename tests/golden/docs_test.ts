import { deepEqual, equal, ok } from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { generate, outdated } from "../../lib/docs/main.ts";
import { mistakeNotes, problemNotes } from "../../lib/docs/problem_notes.ts";
import { readSamples, yamlFiles } from "../../lib/docs/sample.ts";
import { editorSchema, fitter, type JsonSchema } from "../../lib/docs/schema.ts";
import { findScenarios, readScenarios } from "../../lib/scenario/files.ts";
import { readStack } from "../../lib/stack/read.ts";
import { smells } from "../../lib/lint/registry.ts";

const schema = editorSchema(await readSamples());

Deno.test("what is generated is up to date: deno run -A lib/docs/main.ts", async () => {
  const files = await generate();
  deepEqual(await outdated(files), []);
  const [path] = files.keys();
  const changed = new Map([...files, [path!, "another text"]]);
  deepEqual(await outdated(changed), [path]);
});

/** Every map of the schema that a scenario can hold, with a name for people. */
function maps(): [string, JsonSchema][] {
  const { properties = {}, $defs = {} } = schema;
  const lists = ["Step", "Invariant"].flatMap((name) =>
    $defs[name]!.anyOf!.map((each) => {
      const kind = Object.values(each.properties ?? {}).find((word) => word.const !== undefined);
      const label = String(kind?.const ?? Object.keys(each.properties ?? {})[0]);
      return [`${name} ${label}`, each] as [string, JsonSchema];
    })
  );
  return [
    ["top level", schema],
    ["load", properties.load!.additionalProperties as JsonSchema],
    ["cluster", properties.cluster!],
    ...lists,
  ];
}

Deno.test("editorSchema() has a description and fitting examples on every word", () => {
  const fits = fitter(schema);
  const wrong: string[] = [];
  for (const [name, { properties = {} }] of maps()) {
    for (const [word, property] of Object.entries(properties)) {
      if (!property.description) wrong.push(`${name}: ${word} has no description`);
      const examples = (property.examples ?? []) as unknown[];
      if (examples.length === 0) wrong.push(`${name}: ${word} has no example`);
      for (const example of examples) {
        if (!fits(property, example)) {
          wrong.push(`${name}: ${word} refuses ${JSON.stringify(example)}`);
        }
      }
    }
  }
  deepEqual(wrong, []);
});

Deno.test("editorSchema() accepts the examples and refuses a misspelt word in them", async () => {
  const validate = new Ajv2020({ strict: false }).compile(schema);
  for (const file of await yamlFiles("examples")) {
    const data: Record<string, unknown> = parse(await Deno.readTextFile(file));
    if (data.scenario === undefined) continue;
    ok(validate(data), `${file}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    equal(validate({ ...data, stepz: [] }), false);
  }
});

Deno.test("every example is well-formed and without a smell of its own", async () => {
  const { nodes } = await readStack("compose.yaml");
  const files = await findScenarios(["examples"]);
  const scenarios = await readScenarios(files, { nodes: nodes.map(({ name }) => name) });
  ok(scenarios.length >= 8);
});

Deno.test("every problem code of the sources is explained, and no other", async () => {
  const used = new Set<string>();
  for await (const text of sources("lib")) {
    const lines = text.split("\n").filter((line) =>
      /\bcode\b|\b(?:unseen|undecidable|broken|found|problem|fail)\(/.test(line)
    );
    for (const [, code] of lines.join("\n").matchAll(/"([A-Z][a-z]+[A-Za-z]*)"/g)) used.add(code!);
  }
  const known = Object.keys(problemNotes);
  deepEqual([...used].filter((code) => !known.includes(code)).sort(), []);
  const text = (await Array.fromAsync(sources("lib"))).join("\n");
  const gone = known.filter((code) => text.split(`"${code}"`).length < 2);
  deepEqual(gone, []);
});

Deno.test("every mistake code of the language is explained, and no other", async () => {
  const text = await Deno.readTextFile("lib/scenario/diagnostic.ts");
  const union = /type DiagnosticCode =([^;]*);/.exec(text)![1]!;
  const codes = [...union.matchAll(/"([a-z-]+)"/g)].map(([, code]) => code!);
  deepEqual(Object.keys(mistakeNotes).toSorted(), codes.toSorted());
});

Deno.test("smells are in the order of their names", () => {
  const names = smells.map(({ name }) => name);
  deepEqual(names, names.toSorted());
});

const pages = [
  "tutorial",
  "links",
  "faults",
  "histories",
  "lag",
  "adding-a-fact",
  "adding-a-fault",
  "reference",
  "scenarios",
  "preconditions",
  "troubleshooting",
  "mutants",
];
for (const page of pages) {
  Deno.test(`docs/${page}.md names files that exist, and shows them as they are`, async () => {
    const text = await Deno.readTextFile(`docs/${page}.md`);
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to]) => to!);
    const paths = [...text.matchAll(/`((?:lib|docs|tests|scenarios|examples)\/[\w./-]+\.\w+)`/g)]
      .map(([, path]) => path!);
    const named = [...links.map((to) => normalize(join("docs", to))), ...paths];
    ok(named.length > 0);
    const gone: string[] = [];
    for (const path of new Set(named)) {
      if (!await Deno.stat(path).catch(() => undefined)) gone.push(path);
    }
    deepEqual(gone, []);
    // `<!-- PATH -->` before a block: it is that file, but for the comment at its top.
    const blocks = text.matchAll(/<!-- (\S+) -->\n+```\w+\n([^]*?)```/g);
    for (const [, path, shown] of blocks) {
      const file = (await Deno.readTextFile(path!)).replace(/^# yaml-language-server.*\n/, "");
      equal(shown, file, `${path} is shown differently in ${page}`);
    }
  });
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory && name !== "testdata") yield* sources(path);
    else if (/(?<!_test)\.ts$/.test(name) && dirname(path) !== "lib/docs") {
      yield await Deno.readTextFile(path);
    }
  }
}
