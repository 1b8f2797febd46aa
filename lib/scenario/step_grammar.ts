/**
 * The verbs and their adjectives, as zod schemas: the one source of what a step may say. Parsing
 * checks with them, the JSON Schema for editors is made from them.
 *
 * @module
 */
import { z } from "zod";
import { comparisonShape, comparisonWords } from "./comparison_words.ts";
import type { Registries } from "./registries.ts";
import type { Verb } from "./model.ts";
import { duration, operand, ownName } from "./words.ts";

/** Timers count milliseconds in 31 bits and fire at once beyond. */
const msMax = 2 ** 31 - 1;

/** A time that a timer can wait. */
export const span: z.ZodType<number, string> = duration.refine((ms) => ms <= msMax, {
  error: "is longer than 24d",
});

/** A time that is not nothing. */
export const positiveSpan: z.ZodType<number, string> = span.refine((ms) => ms > 0, {
  error: "must be longer than nothing",
});

/** `save: { written: lsn }`; `save: last_id` is short for `save: { last_id: value }`. */
export const save = z.union([
  ownName.transform((name) => ({ [name]: "value" as const })),
  z.record(ownName, z.enum(["lsn", "value", "row", "rows", "row_count"])),
]);

const nonEmpty = z.string().refine((text) => text.trim() !== "", { error: "must not be empty" });
const node = nonEmpty.describe(
  "a node's name, or primary, replicas, all, any replica, old primary, most advanced replica",
);

/** A condition name or SQLSTATE; YAML reads 23505 as a number, leading zeros lost. */
const sqlstate = z.union([
  z.string(),
  z.int().min(0).max(99_999).transform((code) => String(code).padStart(5, "0")),
]).describe("expected error: SQLSTATE or condition name");

const setting = z.union([z.string(), z.number(), z.boolean()]).transform((value) =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value)
);

/** Settings by name; `true` becomes `on`. */
export const settings = z.record(nonEmpty, setting);

const named = { name: nonEmpty.optional().describe("what this step is for") };
const timing = {
  within: span.optional().describe("must become true before this long has passed"),
  for: span.optional().describe("must stay true this long"),
  every: positiveSpan.optional().describe("sampling interval"),
};
const measure = { measure: ownName.optional().describe("keep what was measured by this name") };

const sqlWords = {
  ...named,
  node: node.optional(),
  session: ownName.optional().describe("keep the connection by this name"),
  as: nonEmpty.optional().describe("log in as this role"),
  error: sqlstate.optional(),
  save: save.optional(),
};
const queryWords = {
  ...sqlWords,
  ...timing,
  ...measure,
  lsn: operand.optional().describe("wait until this LSN is replayed, then look exactly once"),
};
const expectWords = { ...named, node: node.optional(), ...timing, ...measure };
const faultWords = {
  ...named,
  node: node.optional(),
  as: ownName.optional().describe("name by which end, during and outside speak of it"),
  for: span.optional().describe("hold it this long"),
};
const doWords = { ...named, node: node.optional(), within: span.optional(), ...measure };

/** What an invariant has instead of `within` and `for`. */
const invariantWords = {
  ...named,
  node: node.optional(),
  every: positiveSpan.optional().describe("sampling interval; default 500ms"),
  grace: span.optional().describe("how long it may be false before that counts"),
  during: ownName.optional().describe("judge only while this fault is active"),
  outside: ownName.optional().describe("judge only while this fault is not active"),
};

/** Verbs whose value names a kind that brings words of its own. */
export type KindVerb = "expect" | "fault" | "do";

/** The schemas of everything that can stand in a list of steps. */
export interface StepGrammar {
  /** Verbs without kinds. */
  plain: Record<Exclude<Verb, KindVerb>, z.ZodObject>;
  /** By verb, then by kind. */
  kinds: Record<KindVerb, ReadonlyMap<string, z.ZodObject>>;
  /** What `always` may hold: `query`, and `expect` by fact. */
  always: { query: z.ZodObject; expect: ReadonlyMap<string, z.ZodObject> };
}

/** Every verb. */
export const verbs = [
  "sql",
  "query",
  "expect",
  "fault",
  "do",
  "set",
  "load",
  "end",
  "sleep",
] as const satisfies readonly Verb[];

/** Builds the schemas of all steps; `nested` is what `while` holds. */
export function stepGrammar(registries: Registries, nested: z.ZodType): StepGrammar {
  const { facts, faults, operations } = registries;
  const anyComparison = comparisonShape(comparisonWords, "value");
  const table = <Kind extends { name: string; summary: string }>(
    kinds: ReadonlyMap<string, Kind>,
    shape: (kind: Kind) => z.ZodRawShape,
  ) =>
    new Map(
      [...kinds].map(([name, kind]) => [name, z.strictObject(shape(kind)).describe(kind.summary)]),
    );
  return {
    plain: {
      sql: z.strictObject({ sql: nonEmpty, ...sqlWords, blocks: positiveSpan.optional() })
        .describe("runs once"),
      query: z.strictObject({ query: nonEmpty, ...queryWords, ...anyComparison })
        .describe("reads and compares"),
      set: z.strictObject({ set: settings, ...named, node: node.optional() })
        .describe("ALTER SYSTEM until the end of the scenario"),
      load: z.strictObject({ load: z.string(), ...named }).describe("starts a declared load"),
      end: z.strictObject({ end: z.string(), ...named }).describe("ends a load or a fault"),
      sleep: z.strictObject({ sleep: positiveSpan, because: nonEmpty, ...named })
        .describe("waits; the reason is mandatory"),
    },
    kinds: {
      expect: table(facts, (kind) => ({
        expect: z.literal(kind.name),
        ...expectWords,
        ...comparisonShape(kind.comparisons, kind.operand),
        ...kind.words,
      })),
      fault: table(faults, (kind) => ({
        fault: z.literal(kind.name),
        ...faultWords,
        ...kind.words,
        while: nested.optional(),
      })),
      do: table(operations, (kind) => ({ do: z.literal(kind.name), ...doWords, ...kind.words })),
    },
    always: {
      query: z.strictObject({
        query: nonEmpty,
        as: nonEmpty.optional(),
        ...invariantWords,
        ...anyComparison,
      }),
      expect: table(facts, (kind) => ({
        expect: z.literal(kind.name),
        ...invariantWords,
        ...comparisonShape(kind.comparisons, kind.operand),
        ...kind.words,
      })),
    },
  };
}
