/**
 * What an editor shows of a scenario, through the schema that the file's first line names.
 *
 * @module
 */
import { deepEqual, match, ok } from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { facts } from "../../lib/fact/registry.ts";
import { faults } from "../../lib/fault/registry.ts";
import { verbs } from "../../lib/scenario/step_grammar.ts";
import { type Cursor, LanguageServer } from "./language_server.ts";

const server = await LanguageServer.start().catch((error: Error) => error);
const missing = server instanceof Error
  ? `: the language server is missing, ${server.message}`
  : "";

/** A scenario in which `|` is the cursor. */
function withCursor(marked: string): { text: string; cursor: Cursor } {
  const whole = `# yaml-language-server: $schema=../../schema/scenario.schema.json\n${marked}`;
  const at = whole.indexOf("|");
  const before = whole.slice(0, at).split("\n");
  const cursor = { line: before.length - 1, character: before.at(-1)!.length };
  return { text: whole.slice(0, at) + whole.slice(at + 1), cursor };
}

let files = 0;

/** Where the editor believes the text to be: beside this file, so that the path above leads home. */
function freshUri(): string {
  return pathToFileURL(`tests/editor/unsaved-${++files}.yaml`).href;
}

/** A test that is skipped, and says so, where the server cannot be had. */
function inEditor(name: string, test: (editor: LanguageServer) => Promise<void>): void {
  Deno.test({
    name: `${name}${missing && ` (skipped${missing})`}`,
    ignore: server instanceof Error,
    // The server lives as long as this file's tests.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => test(server as LanguageServer),
  });
}

async function completions(editor: LanguageServer, marked: string): Promise<string[]> {
  const { text, cursor } = withCursor(marked);
  const uri = freshUri();
  await editor.open(uri, text);
  return await editor.complete(uri, cursor);
}

inEditor("an editor completes every verb in a step", async (editor) => {
  const labels = await completions(editor, "scenario: x\nsteps:\n  - |\n");
  deepEqual(verbs.filter((verb) => !labels.includes(verb)), []);
});

inEditor("an editor completes every fact, and every fault", async (editor) => {
  const named = await completions(editor, "scenario: x\nsteps:\n  - expect: |\n");
  deepEqual([...facts.keys()].filter((fact) => !named.includes(fact)), []);
  const hurt = await completions(editor, "scenario: x\nsteps:\n  - fault: |\n");
  deepEqual([...faults.keys()].filter((fault) => !hurt.includes(fault)), []);
});

inEditor("an editor completes the adjectives of a fact, and no others", async (editor) => {
  const labels = await completions(
    editor,
    "scenario: x\nsteps:\n  - expect: lag_bytes\n    |\n",
  );
  for (const word of ["node", "within", "below"]) ok(labels.includes(word), `no ${word}`);
  for (const word of ["blocks", "session", "tables"]) ok(!labels.includes(word), `has ${word}`);
});

inEditor("an editor completes the words of the top level", async (editor) => {
  const labels = await completions(editor, "scenario: x\nsteps:\n  - expect: streaming\n|\n");
  for (const word of ["why", "tags", "always", "matrix"]) ok(labels.includes(word), `no ${word}`);
});

inEditor("an editor shows what a word means", async (editor) => {
  const cases: [string, RegExp][] = [
    ["scenario: x\nw|hy: y\nsteps:\n  - expect: streaming\n", /purpose/],
    ["scenario: x\nsteps:\n  - expect: streaming\n    wi|thin: 3s\n", /before this long/],
    ["scenario: x\nsteps:\n  - exp|ect: streaming\n    node: replicas\n", /WAL receiver streams/],
  ];
  for (const [marked, says] of cases) {
    const { text, cursor } = withCursor(marked);
    const uri = freshUri();
    await editor.open(uri, text);
    match(await editor.hover(uri, cursor), says);
  }
});

inEditor("an editor underlines a misspelt word, and nothing in a good file", async (editor) => {
  const shown = async (marked: string) => {
    const { text, cursor } = withCursor(marked);
    const found = await editor.open(freshUri(), text);
    return { found, lines: found.map(({ range }) => range.start.line), line: cursor.line };
  };
  const good = await shown("scenario: x\nsteps:\n  - |expect: streaming\n    node: replicas\n");
  deepEqual(good.found, []);
  for (
    const bad of [
      "scenario: x\nsteps:\n  - expect: streaming\n    |withn: 3s\n",
      "scenario: x\nsteps:\n  - |sqll: select 1\n",
      "scenario: x\n|stepz: []\nsteps:\n  - expect: streaming\n",
    ]
  ) {
    const { found, lines, line } = await shown(bad);
    ok(lines.includes(line), JSON.stringify({ bad, found }));
  }
});

if (server instanceof LanguageServer) {
  Deno.test({
    name: "the language server ends",
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => server[Symbol.asyncDispose](),
  });
}
