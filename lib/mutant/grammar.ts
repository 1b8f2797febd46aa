/**
 * What a file of a mutant may say, as zod schemas.
 *
 * @module
 */
import { z } from "zod";
import { pattern, value } from "../scenario/words.ts";

const text = z.string().refine((each) => each.trim() !== "", { error: "must not be empty" });

/** `services.replica1.ports`, or a list where a part holds a point or is a name of a step. */
const path = z.union([
  text.transform((each) => each.split(".").map((part) => /^\d+$/.test(part) ? Number(part) : part)),
  z.array(z.union([text, z.int().min(0)])).min(1),
]);

/** As settings of scenarios: `true` becomes `on`. */
const setting = z.union([z.string(), z.number(), z.boolean()]).transform((each) =>
  typeof each === "boolean" ? (each ? "on" : "off") : String(each)
);

const remove = z.literal(true).optional();
const steps = z.array(z.unknown()).min(1).optional();
const written = { is: z.unknown().optional(), remove, before: steps, after: steps };
const statement = z.union([text.transform((each) => [each]), z.array(text).min(1)]);

/** The kinds of change, by the word that they begin with. */
export const changes = {
  setting: z.strictObject({ setting: text, node: text.optional(), is: setting.optional(), remove }),
  compose: z.strictObject({ compose: path, ...written }),
  file: z.strictObject({
    file: text,
    node: text.optional(),
    replace: text.optional(),
    by: z.string().optional(),
    append: text.optional(),
  }),
  sql: z.strictObject({ sql: statement, node: text.default("primary"), until: text.optional() }),
  scenario: z.strictObject({ scenario: path, ...written }),
} as const;

/** What must see the mutant. */
export const fails = z.strictObject({
  scenario: text,
  matrix: z.record(z.string(), value).default({}),
  check: text.optional(),
  start: pattern.optional(),
  seen: pattern.optional(),
  by: z.enum(["behaviour", "configuration"]),
});

/** The top level of a file; each change is read by itself. */
export const mutantGrammar = z.strictObject({
  mutant: text,
  why: text,
  targets: z.array(z.enum(["local", "compose"])).min(1).default(["local", "compose"]),
  overlays: z.array(text).min(1).default([]),
  change: z.array(z.unknown(), { error: "must be a list of changes" }).min(1),
  fails: fails.optional(),
  stays_green: z.array(text).min(1).optional(),
});
