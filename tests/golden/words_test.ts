/**
 * Every word of the language is shown by an example, and examples are run: a word that nobody ever
 * wrote down is a word that nobody knows to work.
 *
 * @module
 */
import { deepEqual } from "node:assert/strict";
import { parse } from "yaml";
import { cluster, collected, load, matrix, scenarioGrammar } from "../../lib/scenario/grammar.ts";
import { shipped } from "../../lib/scenario/registries.ts";
import { stepGrammar } from "../../lib/scenario/step_grammar.ts";
import { wordsOf } from "../../lib/scenario/vocabulary.ts";
import { steps } from "../../lib/scenario/words.ts";
import { findScenarios } from "../../lib/scenario/files.ts";

const grammar = stepGrammar(shipped, steps);
const kindsOf = {
  expect: shipped.facts,
  fault: shipped.faults,
  do: shipped.operations,
};

type Words = Record<string, unknown>;

/** What the examples say: `kill of`, `sql node`, `load rate`; `* when` for any step. */
class Said {
  readonly words = new Set<string>();

  read(scenario: Words): void {
    for (const word of Object.keys(scenario)) this.words.add(`scenario ${word}`);
    for (const word of ["cluster", "matrix"]) this.#all(word, scenario[word]);
    for (const each of Object.values((scenario.load ?? {}) as Words)) this.#all("load", each);
    for (const each of (scenario.collect ?? []) as Words[]) this.#all("collect", each);
    for (const rule of (scenario.always ?? []) as Words[]) this.#all("always", rule);
    for (const section of ["always", "setup", "steps", "finally"]) this.#visit(scenario[section]);
  }

  #all(home: string, words: unknown): void {
    for (const word of Object.keys((words ?? {}) as Words)) this.words.add(`${home} ${word}`);
  }

  #visit(part: unknown): void {
    if (Array.isArray(part)) return part.forEach((each) => this.#visit(each));
    if (typeof part !== "object" || part === null) return;
    const step = part as Words;
    const verb = [...Object.keys(grammar.plain), ...Object.keys(grammar.kinds)]
      .find((each) => each in step);
    this.#all("*", step);
    if (verb !== undefined) this.#all(verb, step);
    // A matrix names the kind.
    if (verb !== undefined && verb in kindsOf) this.#all(String(step[verb]), step);
    Object.values(step).forEach((each) => this.#visit(each));
  }
}

/** What any step may have means the same everywhere: once is enough. */
const common = ["name", "node", "when", "repeat"];

/** A folder outside of the cluster is on nobody else's machine. */
const unshown = ["archived folder"];

function* known(): Iterable<string> {
  for (const word of wordsOf(scenarioGrammar({ steps, always: steps }))) yield `scenario ${word}`;
  for (const [home, schema] of Object.entries({ cluster, matrix, load, collect: collected })) {
    for (const word of wordsOf(schema)) yield `${home} ${word}`;
  }
  for (const word of common) yield `* ${word}`;
  for (const [verb, schema] of Object.entries(grammar.plain)) {
    for (const word of wordsOf(schema)) if (!common.includes(word)) yield `${verb} ${word}`;
  }
  for (const [verb, kinds] of Object.entries(kindsOf)) {
    for (const [name, kind] of kinds) {
      yield `${name} ${verb}`;
      for (const word of Object.keys(kind.words)) yield `${name} ${word}`;
    }
  }
  for (const word of ["every", "grace", "during", "outside", "as", "node", "name", "query"]) {
    yield `always ${word}`;
  }
}

Deno.test("every word of the language is shown by an example", async () => {
  const said = new Said();
  for (const { path } of await findScenarios(["examples", "scenarios"])) {
    said.read(parse(await Deno.readTextFile(path)));
  }
  const silent = [...known()].filter((word) => !said.words.has(word));
  deepEqual(silent, unshown, "show it in examples/reference");
});
