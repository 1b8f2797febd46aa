/**
 * The top level of a scenario as a zod schema; the lists of steps are schemas handed in, because
 * parsing reads them one by one (better messages) while the JSON Schema shows them whole.
 *
 * @module
 */
import { z } from "zod";
import { cluster } from "./cluster_grammar.ts";
import { workloads } from "../workload/registry.ts";
import { loadRate, ownName, pattern, positiveSpan, value } from "./words.ts";

export { cluster };

const text = z.string().refine((text) => text.trim() !== "", { error: "must not be empty" });
const list = z.array(text);

/** A tag; its letters must not clash with a tag expression. */
const tag = z.string().regex(/^(?!(?:and|or|not)$)[^\s,()]+$/, {
  error: "a tag has no spaces, commas or parentheses, and is not and, or, not",
});

/** Default of `timeout`. */
const timeoutMsDefault = 120_000;

/** One of the scripts that a load draws from. */
const script = z.strictObject({
  weight: z.number().positive({ error: "must be above 0" }).default(1).describe(
    "how often, beside the other scripts",
  ),
  sql: z.union([text, z.array(text).min(1)]).describe("one statement, or a list: one transaction"),
});

const bounds = z.tuple([z.int(), z.int()], { error: "expected the lowest and the highest number" });

/** A random parameter of a load; which of the kinds it is, reading checks. */
export const draw = z.strictObject({
  uniform: bounds.optional().describe("every whole number between them as often"),
  zipfian: bounds.optional().describe("low numbers often, by rank to the power of -skew"),
  exponential: bounds.optional().describe("low numbers often, falling by the factor e^-skew"),
  skew: z.number().positive({ error: "must be above 0" }).max(1000).optional().describe(
    "how uneven; default 1.1, or 5",
  ),
  sequence: z.int().optional().describe("counts operations from this number"),
  choice: z.array(value).min(1).optional().describe("one of these"),
});

/** A named workload. */
export const load = z.strictObject({
  sql: z.union([text, z.array(text).min(1), z.array(script).min(1)]).optional()
    .describe("one statement; a list: one transaction; or scripts, each with its weight"),
  workload: z.enum([...workloads.keys()]).optional()
    .describe("in place of sql: statements of the harness's own, whose history is recorded"),
  pgbench: text.optional()
    .describe("in place of sql: a script for pgbench, which drives it; nothing of it is recorded"),
  readers: text.optional().describe("of a workload: where its clients read; default replicas"),
  isolation: z.enum(["read committed", "repeatable read", "serializable"]).optional()
    .describe("of a workload's transactions; default repeatable read"),
  rate: loadRate
    .describe("operations per second, like 200/s; max: each client as soon as it is answered"),
  draw: z.record(ownName, draw).optional().describe("names that each operation draws anew"),
  read: z.boolean().default(false).describe("it only reads; what it found is kept"),
  clients: z.int().min(1).max(1000).default(1),
  node: text.default("primary"),
  ledger: z.string().regex(/^(?:\w+\.)?\w+\.\w+$/, { error: "expected table.column" }).optional()
    .describe("table.column that holds :n of each write"),
});

/** Something to gather as evidence; which of the three it is, reading checks. */
export const collected = z.strictObject({
  query: text.optional().describe("the rows of a query"),
  log: pattern.optional().describe("lines of the server log since the scenario began"),
  file: text.optional().describe("a file, from the data directory"),
  node: text.optional().describe("where; default all"),
  name: text.optional().describe("what it is called"),
});

/** The axes; `exclude` stands beside them. */
export const matrix = z.object({
  exclude: z.array(z.record(ownName, value)).optional().describe("combinations to leave out"),
}).catchall(z.array(value).min(1));

/** Builds the schema of a scenario. */
export function scenarioGrammar(lists: { steps: z.ZodType; always: z.ZodType }) {
  return z.strictObject({
    scenario: text.describe("what it shows, in a sentence"),
    why: text.optional().describe("its purpose, printed in reports"),
    remedy: text.optional().describe("what to do when it fails"),
    tags: z.array(tag).default([]),
    controls: list.default([]).describe("compliance ids"),
    requires: list.default([]).describe("capabilities of the target"),
    cluster: cluster.default({ settings: {} }).describe("what it changes of the stack"),
    vars: z.record(ownName, value).default({}).describe("constants"),
    matrix: matrix.optional().describe("every combination is a case"),
    load: z.record(ownName, load).default({}).describe("named workloads"),
    always: lists.always.optional().describe("invariants"),
    setup: lists.steps.optional(),
    steps: lists.steps,
    finally: lists.steps.optional().describe("runs always"),
    collect: z.array(collected).min(1).default([])
      .describe("evidence to gather at the end, however it went"),
    timeout: positiveSpan.default(timeoutMsDefault).describe("of the whole scenario; default 2min"),
    retries: z.int().min(0).max(10).optional()
      .describe("how often a case that ended in an error is tried again; a failure never is"),
    seed: z.int().min(0).max(2 ** 32 - 1).optional().describe("of every random choice"),
  });
}

/** A scenario as the schema leaves it. */
export type ScenarioWords = z.output<ReturnType<typeof scenarioGrammar>>;

/** The declaration of a load as the schema leaves it. */
export type LoadWords = ScenarioWords["load"][string];
