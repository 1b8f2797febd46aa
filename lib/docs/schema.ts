/**
 * The JSON Schema for editors: the one that the grammar makes, with a description and examples on
 * every word. Examples are taken from scenario files that tests run.
 *
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { scenarioJsonSchema } from "../scenario/json_schema.ts";
import { type Registries, shipped } from "../scenario/registries.ts";
import { verbs } from "../scenario/step_grammar.ts";
import { type Note, wordNotes } from "./notes.ts";
import type { Sample } from "./sample.ts";

/** A part of a JSON Schema. */
export type JsonSchema = Record<string, unknown> & {
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  $defs?: Record<string, JsonSchema>;
};

/** Examples of one word that are shown. */
const examplesMax = 3;

/** Units of comparisons, by the operand of the fact. */
const operandExamples: Record<string, unknown[]> = {
  size: ["64MB"],
  duration: ["2s"],
  rate: ["200/s"],
  node: ["master"],
};

const comparing = ["is", "not", "below", "above", "at_most", "at_least"];

/** What describing a map needs to know. */
interface Context {
  /** Maps of this sort in files that tests run. */
  samples: readonly Record<string, unknown>[];
  registries: Registries;
  /** Whether a word can have a value. */
  fits: (property: JsonSchema, value: unknown) => boolean;
}

/** The schema with its descriptions and examples. */
export function editorSchema(
  samples: readonly Sample[],
  registries: Registries = shipped,
): JsonSchema {
  const schema = scenarioJsonSchema(registries) as JsonSchema;
  const fits = fitter(schema);
  const top = samples.filter(({ at }) => at === "top").map(({ words }) => words);
  describe(schema, { samples: top, registries, fits });
  const { load, cluster } = schema.properties ?? {};
  const loads = top.flatMap((words) => Object.values((words.load ?? {}) as Record<string, never>));
  describe(load?.additionalProperties as JsonSchema, { samples: loads, registries, fits });
  const changes = top.map((words) => (words.cluster ?? {}) as Record<string, unknown>);
  describe(cluster, { samples: changes, registries, fits });
  for (const [name, at] of [["Step", "steps"], ["Invariant", "always"]] as const) {
    // What a step shows of a fact, an invariant may say too; its own samples come first.
    const own = [
      ...samples.filter((each) => each.at === at),
      ...samples.filter((each) => each.at !== at && each.at !== "top"),
    ].map(({ words }) => words);
    for (const step of schema.$defs?.[name]?.anyOf ?? []) {
      describe(step, { samples: own, registries, fits });
    }
  }
  return schema;
}

function describe(schema: JsonSchema | undefined, context: Context): void {
  const { properties } = schema ?? {};
  if (!properties) return;
  const { samples, registries, fits } = context;
  // The top level holds words that are verbs below it.
  const verb = properties.scenario ? undefined : verbs.find((each) => each in properties);
  const kind = verb && properties[verb]?.const;
  const same = samples.filter((words) =>
    verb === undefined || (verb in words && (kind === undefined || words[verb] === kind))
  );
  const operand = verb === "expect" ? registries.facts.get(String(kind))?.operand : undefined;
  for (const [word, property] of Object.entries(properties)) {
    const isKind = word === verb && kind !== undefined;
    property.description ??= isKind
      ? schema!.description
      : noteOf(String(kind ?? verb), word)?.summary;
    if (property.examples !== undefined) continue;
    const candidates = isPattern(property)
      ? [["${kind}"]]
      : isKind
      ? [[kind]]
      : candidatesFor(word, { owner: String(kind ?? verb), same, samples, operand, property });
    const found = candidates.map((each) => each.filter((value) => fits(property, value)))
      .find((each) => each.length > 0);
    if (found) property.examples = found.slice(0, examplesMax);
  }
}

/** Tells whether a word can have a value. Most words are alike: each sort is compiled once. */
export function fitter({ $defs }: JsonSchema): Context["fits"] {
  const ajv = new Ajv2020({ strict: false });
  const known = new Map<string, (value: unknown) => boolean>();
  return (property, value) => {
    const { description: _, examples: __, ...type } = property;
    const text = JSON.stringify(type);
    // The steps inside a step are large; only words that hold steps need them.
    const whole = text.includes('"$ref"') ? { ...type, $defs } : type;
    const validate = known.get(text) ?? ajv.compile(whole);
    known.set(text, validate);
    return validate(value);
  };
}

/** What is known of a word, first of all under its verb or kind. */
function noteOf(owner: string, word: string): Note | undefined {
  return wordNotes[`${owner} ${word}`] ?? wordNotes[word];
}

/** A kind that comes from the matrix: its word is told by the kinds themselves. */
function isPattern({ pattern }: JsonSchema): boolean {
  return typeof pattern === "string" && pattern.startsWith("^\\$\\{");
}

/** Values that could show a word, best first: of the same kind, known for it, of any kind. */
function candidatesFor(word: string, from: {
  owner: string;
  same: readonly Record<string, unknown>[];
  samples: readonly Record<string, unknown>[];
  operand: string | undefined;
  property: JsonSchema;
}): unknown[][] {
  const { owner, same, samples, operand, property } = from;
  const isComparison = comparing.includes(word);
  return [
    valuesOf(word, same),
    (operand && isComparison && operandExamples[operand]) || [],
    noteOf(owner, word)?.examples ?? [],
    isComparison ? [] : valuesOf(word, samples),
    byType(property),
    valuesOf(word, same, true),
  ];
}

/** What the type alone tells. */
function byType(property: JsonSchema): unknown[] {
  const { enum: words, type } = property as { enum?: unknown[]; type?: unknown };
  if (words) return words;
  return type === "boolean" ? [true] : [];
}

/** Short distinct values in order; names are taken only where nothing plainer is known. */
function valuesOf(
  word: string,
  samples: readonly Record<string, unknown>[],
  withNames = false,
): unknown[] {
  const texts = samples.filter((words) => Object.hasOwn(words, word))
    .map((words) => JSON.stringify(words[word]))
    .filter((text) => text.length <= 200 && (withNames || !text.includes("${")));
  return [...new Set(texts)].map((text) => JSON.parse(text));
}
