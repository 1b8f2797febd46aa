/**
 * Every word of the language as one entry each, read from the grammar and the registries, so that a
 * new verb, fact, fault or operation is here as soon as it is there.
 *
 * @module
 */
import { z } from "zod";
import { roleSelectors } from "../cluster/roles.ts";
import { comparisonWords } from "../scenario/comparison_words.ts";
import { cluster, load, scenarioGrammar } from "../scenario/grammar.ts";
import { type Registries, shipped } from "../scenario/registries.ts";
import { type KindVerb, type StepGrammar, stepGrammar } from "../scenario/step_grammar.ts";
import { kindNoun, Vocabulary } from "../scenario/vocabulary.ts";
import { steps } from "../scenario/words.ts";
import { exitCodes } from "../result/exit.ts";
import { smells } from "../lint/registry.ts";
import { exitNotes, roleNotes, wordNotes } from "./notes.ts";
import { mistakeNotes, problemNotes } from "./problem_notes.ts";
import { type Sample, sampleOfKind, sampleOfWord } from "./sample.ts";
import { descriptionOf, isOptional, typeText } from "./type_text.ts";

/** What sort of word it is; the order in which the reference tells them. */
export const categories = [
  "top-level word",
  "verb",
  "fact",
  "fault",
  "operation",
  "adjective",
  "role",
  "smell",
  "exit code",
  "problem code",
  "mistake code",
] as const;

/** One of them. */
export type Category = typeof categories[number];

/** A word that an entry takes. */
export interface Taken {
  word: string;
  type: string;
  isRequired: boolean;
  summary: string;
}

/** One word of the language. */
export interface Entry {
  name: string;
  category: Category;
  /** One line. */
  summary: string;
  /** What it takes, in the grammar's order. */
  takes: Taken[];
  /** What else there is to know, in sentences. */
  notes: string[];
  /** Where it may stand. */
  standsIn?: string;
  sample?: Sample;
}

/** Builds all entries. */
export function readGlossary(
  samples: readonly Sample[],
  registries: Registries = shipped,
): Entry[] {
  const grammar = stepGrammar(registries, steps);
  return [
    ...sections(samples),
    ...verbEntries(grammar, samples),
    ...facts(grammar, registries, samples),
    ...faults(grammar, registries, samples),
    ...operations(grammar, registries, samples),
    ...adjectives(grammar, samples),
    ...roleSelectors.map((name) => plain("role", name, roleNotes[name])),
    ...smells.map(({ name, summary, advice }) => plain("smell", name, `${summary}: ${advice}`)),
    ...exitEntries(),
    ...Object.entries(problemNotes).map(([name, note]) => plain("problem code", name, note)),
    ...Object.entries(mistakeNotes).map(([name, note]) => plain("mistake code", name, note)),
  ];
}

function plain(category: Category, name: string, summary: string): Entry {
  return { name, category, summary, takes: [], notes: [] };
}

/** The words of a schema that are not in `without`. */
function takenBy(schema: z.ZodObject, without: readonly string[] = []): Taken[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>)
    .filter(([word]) => !without.includes(word))
    .map(([word, type]) => ({
      word,
      type: typeText(type),
      isRequired: !isOptional(type),
      summary: descriptionOf(type) ?? wordNotes[word]?.summary ?? "",
    }));
}

function sections(samples: readonly Sample[]): Entry[] {
  const lists = { steps, always: z.array(z.unknown()) };
  const { shape } = scenarioGrammar(lists);
  const inside: Record<string, z.ZodObject> = { load, cluster };
  return Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const sample = sampleOfWord(samples, name, "top");
    return {
      name,
      category: "top-level word",
      summary: descriptionOf(schema) ?? wordNotes[name]?.summary ?? "",
      takes: inside[name] ? takenBy(inside[name]) : [],
      notes: inside[name]
        ? name === "load" ? ["It takes a map of names to these words."] : []
        : [`It takes: ${name === "always" ? "list of invariants" : typeText(schema)}.`],
      standsIn: `the top level of a file${isOptional(schema) ? "" : "; every file has it"}`,
      ...(sample ? { sample } : {}),
    };
  });
}

/** Words that every kind of a verb takes. */
function shared(kinds: ReadonlyMap<string, z.ZodObject>): string[] {
  const [first, ...others] = [...kinds.values()];
  return Object.keys(first?.shape ?? {}).filter((word) =>
    others.every((each) => Object.hasOwn(each.shape, word))
  );
}

function verbEntries(grammar: StepGrammar, samples: readonly Sample[]): Entry[] {
  const withSample = (name: string) => {
    const sample = sampleOfKind(samples, name);
    return sample ? { sample } : {};
  };
  const plainVerbs = Object.entries(grammar.plain).map(([name, schema]) => ({
    name,
    category: "verb" as const,
    summary: schema.description ?? wordNotes[name]?.summary ?? "",
    takes: takenBy(schema),
    notes: [],
    standsIn: standsIn(name, grammar),
    ...withSample(name),
  }));
  const kindVerbs = Object.entries(grammar.kinds).map(([name, kinds]) => {
    const common = shared(kinds);
    const [first] = kinds.values();
    const noun = kindNoun[name as KindVerb];
    return {
      name,
      category: "verb" as const,
      summary: wordNotes[name]?.summary ?? "",
      takes: first
        ? takenBy(first).filter(({ word }) => common.includes(word) && word !== name)
        : [],
      notes: [`Its value is the name of a ${noun}: ${[...kinds.keys()].join(", ")}.`],
      standsIn: standsIn(name, grammar),
      ...withSample(name),
    };
  });
  return [...plainVerbs, ...kindVerbs];
}

function standsIn(verb: string, grammar: StepGrammar): string {
  return `a list of steps${verb in grammar.always ? ", or always" : ""}`;
}

/** What the kinds of a verb have in common. */
function kindEntry(
  verb: KindVerb,
  of: { name: string; summary: string; words: z.ZodRawShape },
  on: { grammar: StepGrammar; samples: readonly Sample[]; notes: string[] },
): Entry {
  const kinds = on.grammar.kinds[verb];
  const schema = kinds.get(of.name)!;
  const common = shared(kinds).filter((word) => !Object.hasOwn(of.words, word));
  const sample = sampleOfKind(on.samples, verb, of.name);
  return {
    name: of.name,
    category: kindNoun[verb] as Category,
    summary: of.summary,
    takes: takenBy(schema, [verb, ...common]),
    notes: [
      ...on.notes,
      `Also takes what every \`${verb}\` takes: ${
        common.filter((word) => word !== verb).join(", ")
      }.`,
    ],
    standsIn: `\`${verb}: ${of.name}\` in ${standsIn(verb, on.grammar)}`,
    ...(sample ? { sample } : {}),
  };
}

function facts(grammar: StepGrammar, { facts }: Registries, samples: readonly Sample[]): Entry[] {
  return [...facts.values()].map((fact) => {
    const notes = [
      fact.defaultNode
        ? `Without \`node\` it looks at ${fact.defaultNode}.`
        : "The step must say `node`.",
      fact.comparisons.length === 0
        ? "It compares nothing: it holds or it does not."
        : fact.needsComparison
        ? "A comparison must be given."
        : "Without a comparison it has a meaning of its own, told above.",
    ];
    return kindEntry("expect", fact, { grammar, samples, notes });
  });
}

function faults(grammar: StepGrammar, { faults }: Registries, samples: readonly Sample[]): Entry[] {
  return [...faults.values()].map((fault) => {
    const notes = [
      fault.silences
        ? "While it lasts, not answering is excused on its nodes."
        : "The node goes on answering while it lasts.",
      ...needs(fault.requires),
    ];
    return kindEntry("fault", fault, { grammar, samples, notes });
  });
}

function operations(
  grammar: StepGrammar,
  { operations }: Registries,
  samples: readonly Sample[],
): Entry[] {
  return [...operations.values()].map((operation) => {
    const { defaultNode, requires } = operation;
    const where = defaultNode
      ? `Without \`node\` it acts on ${defaultNode}.`
      : "The step must say `node`.";
    return kindEntry("do", operation, { grammar, samples, notes: [where, ...needs(requires)] });
  });
}

function needs(capabilities: readonly string[]): string[] {
  return capabilities.length > 0 ? [`The target must have ${capabilities.join(", ")}.`] : [];
}

/** Every word of a step that is no verb. */
function adjectives(grammar: StepGrammar, samples: readonly Sample[]): Entry[] {
  const vocabulary = new Vocabulary(grammar);
  const verbs = new Set([...Object.keys(grammar.plain), ...Object.keys(grammar.kinds)]);
  const schemas = [
    ...Object.values(grammar.plain),
    ...Object.values(grammar.kinds).flatMap((kinds) => [...kinds.values()]),
    grammar.always.query,
    ...grammar.always.expect.values(),
  ];
  return [...vocabulary.words].filter((word) => !verbs.has(word)).map((word) => {
    const uses = schemas.map((each) => (each.shape as Record<string, z.ZodType>)[word])
      .filter((each) => each !== undefined);
    const isComparison = (comparisonWords as readonly string[]).includes(word);
    const types = isComparison ? ["value, in the unit of what is compared"] : uses.map(typeText);
    const sample = sampleOfWord(samples, word, "step");
    return {
      name: word,
      category: "adjective",
      summary: wordNotes[word]?.summary ?? uses.map(descriptionOf).find((each) => each) ?? "",
      takes: [],
      notes: [`It takes: ${[...new Set(types)].join("; or ")}.`],
      standsIn: vocabulary.homesOf(word) ?? "",
      ...(sample ? { sample } : {}),
    };
  });
}

function exitEntries(): Entry[] {
  const usage = plain("exit code", "2", "wrong arguments, or a file that cannot be used");
  const finished = Object.entries(exitCodes).map(([name, code]) =>
    plain("exit code", String(code), exitNotes[name as keyof typeof exitCodes])
  );
  return [...finished, usage].toSorted((a, b) => Number(a.name) - Number(b.name));
}
