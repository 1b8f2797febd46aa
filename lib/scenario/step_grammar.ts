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
import {
  loadName,
  operand,
  ownName,
  pattern,
  positiveSpan,
  ref,
  referents,
  refExpected,
  span,
  value,
  writes,
} from "./words.ts";

/** `save: { written: lsn }`; `save: last_id` is short for `save: { last_id: value }`. */
export const save = z.union([
  ownName.transform((name) => ({ [name]: "value" as const })),
  z.record(ownName, z.enum(["lsn", "value", "row", "rows", "row_count", "timeline"])),
]);

/** Times that a step can be repeated. */
const timesMax = 1000;

/** `repeat: 3`, or a list; `${name}` stands for a list that vars or matrix give. */
export const repeat = z.union([
  z.int().min(1).max(timesMax),
  z.array(value).min(1).max(timesMax),
  z.string({ error: refExpected }).regex(/^\$\{[A-Za-z_]\w*\}$/, { error: refExpected }),
]).describe("write it out so often, or once for each item of a list: ${item}, in SQL :item");

/** What became of a statement that a session was left with. */
const fate = z.enum(["acknowledged", "refused", "unknown"]);

const nonEmpty = z.string().refine((text) => text.trim() !== "", { error: "must not be empty" });
const node = nonEmpty.describe(
  "a node's name, or primary, replicas, all, any replica, old primary, most advanced replica",
).register(referents, { to: "node" });

/** A condition name or SQLSTATE; YAML reads 23505 as a number, leading zeros lost. */
const sqlstate = z.union([
  z.string(),
  z.int().min(0).max(99_999).transform((code) => String(code).padStart(5, "0")),
]).describe("expected error: SQLSTATE or condition name");

/** A text is for the shell; a list is a program and its arguments. */
const command = z.union([
  nonEmpty.transform((text) => ["sh", "-c", text]),
  z.array(z.string()).min(1),
]);

const setting = z.union([z.string(), z.number(), z.boolean()]).transform((value) =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value)
);

/** Settings by name; `true` becomes `on`. */
export const settings = z.record(nonEmpty, setting);

const named = { name: nonEmpty.optional().describe("what this step is for") };
const common = {
  ...named,
  when: z.union([z.boolean(), nonEmpty, z.array(nonEmpty).min(1)]).optional()
    .describe("run it only where this holds: postgres >= 17, target = local, a var or an axis"),
  repeat: repeat.optional(),
};
const timing = {
  within: span.optional().describe("must become true before this long has passed"),
  for: span.optional().describe("must stay true this long"),
  every: positiveSpan.optional().describe("sampling interval"),
};
const measure = { measure: ownName.optional().describe("keep what was measured by this name") };

const sqlWords = {
  ...common,
  node: node.optional(),
  session: ownName.optional().describe("keep the connection by this name"),
  as: nonEmpty.optional().describe("log in as this role"),
  through: z.enum(["pooler"]).optional()
    .describe("connect through PgBouncer, which pgproof runs in front of the nodes"),
  error: sqlstate.optional(),
  save: save.optional(),
};
const queryWords = {
  ...sqlWords,
  ...timing,
  ...measure,
  lsn: operand.optional().describe("wait until this LSN is replayed, then look exactly once"),
};
const expectWords = { ...common, node: node.optional(), ...timing, ...measure };
const faultWords = {
  ...common,
  node: node.optional(),
  after: writes.optional().describe("inject it once a load has so many acknowledged writes"),
  of: loadName.optional().describe("the load whose writes after counts"),
  at_lsn: operand.optional().describe("inject it once the WAL of the primary reaches this LSN"),
  as: ownName.optional().describe("name by which end, during and outside speak of it"),
  for: span.optional().describe("hold it this long"),
};
const doWords = {
  ...common,
  node: node.optional(),
  within: span.optional().describe("must be done before this long has passed; default 30s"),
  ...measure,
};
const endWords = {
  ...common,
  error: sqlstate.optional().describe(
    "of a session's statement: the error it must have ended with",
  ),
  is: fate.optional().describe("what became of a session's statement"),
  not: fate.optional(),
  matches: pattern.optional().describe("what the server said: result, warnings, error"),
  lacks: pattern.optional(),
  save: save.optional().describe("keep what a session's statement came back with by a name"),
};
const output = z.union([ref, z.string(), z.number().transform(String)]);
const execWords = {
  ...common,
  node: node.optional(),
  error: z.int().min(1).max(255).optional().describe("expected exit status; default 0"),
  is: output.optional().describe("what it writes to its output"),
  not: output.optional(),
  matches: pattern.optional(),
  lacks: pattern.optional(),
  save: z.union([
    ownName.transform((name) => ({ [name]: "value" as const })),
    z.record(ownName, z.literal("value")),
  ]).optional().describe("keep its output by this name"),
};

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
  "exec",
  "sleep",
  "use",
  "parallel",
  "background",
  "random",
] as const satisfies readonly Verb[];

/** Words of a step that hold steps. */
export const nestingWords: readonly string[] = ["while", "parallel", "background", "random"];

/** Builds the schemas of all steps; `nested` is what `while` and each lane hold. */
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
      set: z.strictObject({ set: settings, ...common, node: node.optional() })
        .describe("ALTER SYSTEM until the end of the scenario"),
      load: z.strictObject({ load: z.string(), ...common }).describe("starts a declared load"),
      end: z.strictObject({ end: z.string(), ...endWords }).describe(
        "ends a load or a fault; waits for a background lane or a session's statement",
      ),
      exec: z.strictObject({ exec: command, ...execWords })
        .describe("runs a command in a node; only with --allow exec"),
      sleep: z.strictObject({ sleep: positiveSpan, because: nonEmpty, ...common })
        .describe("waits; the reason is mandatory"),
      use: z.strictObject({
        use: nonEmpty.describe("path of a file whose first word is steps, from this file's folder"),
        with: z.record(ownName, operand).optional().describe("the values it needs"),
        ...common,
      }).describe("performs the steps of another file"),
      parallel: z.strictObject({
        parallel: z.record(ownName, nested).refine((lanes) => Object.keys(lanes).length >= 2, {
          error: "must have at least two lanes",
        }),
        ...common,
      }).describe("performs named lanes at the same time; the first failure stops the others"),
      background: z.strictObject({
        background: z.record(ownName, nested).refine((lanes) => Object.keys(lanes).length === 1, {
          error: "must have one lane, by its name",
        }),
        ...common,
      }).describe("starts a named lane that runs until end waits for it"),
      random: z.strictObject({
        random: nested,
        ...common,
        for: positiveSpan.describe("how long faults are drawn"),
      }).describe("injects faults of a list by chance, one after the other; the seed says which"),
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
