import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { explain } from "../../lib/cli/explain.ts";
import { UsageError } from "../../lib/cli/usage.ts";
import { type Category, readGlossary } from "../../lib/docs/glossary.ts";
import { wordNotes } from "../../lib/docs/notes.ts";
import { readSamples } from "../../lib/docs/sample.ts";
import { registries } from "../../lib/scenario/testdata/registries.ts";
import { captured } from "./captured.ts";

async function explained(...words: string[]): Promise<string> {
  const io = captured();
  equal(await explain(words, {}, io), 0);
  equal(io.text.err, "");
  return io.text.out;
}

const glossary = readGlossary(await readSamples());

Deno.test("readGlossary() has a summary for every word, and for every word that one takes", () => {
  const silent = glossary.filter(({ summary }) => summary === "").map(({ name }) => name);
  const taken = glossary.flatMap(({ name, takes }) =>
    takes.filter(({ summary }) => summary === "").map(({ word }) => `${name}: ${word}`)
  );
  deepEqual([...silent, ...taken], []);
});

Deno.test("readGlossary() shows every word of the language in an example that is run", () => {
  const shown: Category[] = [
    "top-level word",
    "verb",
    "fact",
    "fault",
    "operation",
    "adjective",
  ];
  // A word that no target of the tests can show has its example in the notes.
  const isNoted = (name: string) => (wordNotes[name]?.examples ?? []).length > 0;
  const unseen = glossary
    .filter(({ category, sample }) => shown.includes(category) && !sample)
    .filter(({ category, name }) => category !== "adjective" || !isNoted(name))
    .map(({ category, name }) => `${category} ${name}`);
  deepEqual(unseen, []);
});

Deno.test("readGlossary() holds what the registries hold, whatever that is", () => {
  const names = readGlossary([], registries).filter(({ category }) => category === "fact")
    .map(({ name }) => name);
  deepEqual(names, [...registries.facts.keys()]);
});

const cases: Record<string, { words: string[]; says: RegExp[] }> = {
  "a fact": {
    words: ["lag_bytes"],
    says: [/\(fact\)/, /size, like 64MB/, /A comparison must be given/, /example, \S+\.yaml:\d+/],
  },
  "a fault": { words: ["kill"], says: [/\(fault\)/, /fault: kill in a list of steps/] },
  "an operation": { words: ["rebuild"], says: [/\(operation\)/, /do: rebuild/] },
  "a word with two meanings": { words: ["stop"], says: [/\(fault\)/, /\(operation\)/] },
  "an adjective": { words: ["within"], says: [/\(adjective\)/, /time, like 10s/, /query/] },
  "a role of two words": { words: ["old", "primary"], says: [/\(role\)/, /promotion/] },
  "a top-level word": { words: ["always"], says: [/\(top-level word\)/, /list of invariants/] },
  "an exit code": { words: ["3"], says: [/\(exit code\)/, /could not decide/] },
  "a problem code in any case": {
    words: ["lostwrites"],
    says: [/^LostWrites {2}\(problem code\)/],
  },
  "a smell": { words: ["unwatched-fault"], says: [/\(smell\)/, /while/] },
};
for (const [what, { words, says }] of Object.entries(cases)) {
  Deno.test(`explain() tells ${what}`, async () => {
    const text = await explained(...words);
    for (const pattern of says) match(text, pattern);
  });
}

Deno.test("explain() lists every word when none is named", async () => {
  const text = await explained();
  deepEqual(glossary.filter(({ name }) => !text.includes(name)).map(({ name }) => name), []);
});

Deno.test("explain() suggests the nearest word for one that it does not know", async () => {
  const asked = explain(["streming"], {}, captured());
  await rejects(asked, (error) => {
    ok(error instanceof UsageError);
    match(error.message, /nothing is called "streming": did you mean "streaming"\?/);
    return true;
  });
});
