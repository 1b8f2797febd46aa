/**
 * The words of one step checked against its schema: those that do not belong are told with where
 * they do, the others become their values.
 *
 * @module
 */
import type { z } from "zod";
import { comparisonWords } from "./comparison_words.ts";
import type { Path } from "./document.ts";
import { reportIssues } from "./issues.ts";
import { checkNames } from "./names.ts";
import { didYouMean, nearest } from "./nearest.ts";
import type { Ground, Reading } from "./reading.ts";
import { checkReferents } from "./referents.ts";
import type { Verb } from "./model.ts";
import { wordsOf } from "./vocabulary.ts";

/** A step whose verb, and kind if it has one, are known. */
export interface StepSource {
  /** As written, what is known put in place. */
  words: Record<string, unknown>;
  /** Where it stands. */
  path: Path;
  verb: Verb;
  /** Absent for verbs without kinds. */
  kind?: string;
  schema: z.ZodObject;
  /** True for a rule of `always`. */
  isInvariant?: boolean;
}

/** The values of a step's words; undefined when they cannot be used. */
export function readWords(
  reading: Reading,
  source: StepSource,
): Record<string, unknown> | undefined {
  const { words, path, schema, verb } = source;
  const belonging = Object.fromEntries(
    Object.entries(words).filter(([word]) => Object.hasOwn(schema.shape, word)),
  );
  const meant = new Set<string>();
  for (const word of Object.keys(words)) {
    if (Object.hasOwn(belonging, word)) continue;
    const near = refuseWord(reading, word, source);
    if (near !== undefined) meant.add(near);
  }
  const step = { words: belonging, schema, path };
  const spoilt = checkNames(reading, step);
  checkReferents(reading, step);
  const isWhole = Object.keys(belonging).length === Object.keys(words).length && spoilt.size === 0;
  const parsed = schema.safeParse(belonging);
  if (parsed.success) return isWhole ? parsed.data : undefined;
  const issues = parsed.error.issues.filter(({ path: [word] }) =>
    !spoilt.has(String(word)) && !meant.has(String(word))
  );
  reportIssues(issues, {
    ground: reading,
    data: belonging,
    path,
    missingAt: [...path, verb],
  });
  return undefined;
}

/** Tells why a word does not belong; returns the word that was meant, if that is known. */
function refuseWord(ground: Ground, word: string, source: StepSource): string | undefined {
  const { path, schema, verb } = source;
  const { document, report, vocabulary } = ground;
  const at = document.keyAt([...path, word]);
  if (word === "on") {
    refuseOn(ground, [...path, word]);
    return undefined;
  }
  const homes = vocabulary.homesOf(word);
  const self = source.kind === undefined ? verb : `${verb}: ${source.kind}`;
  if (homes !== undefined) {
    const { message, hint } = misplaced(word, { self, homes, source });
    report.add(at, "misplaced-word", message, { hint });
    return undefined;
  }
  if (vocabulary.isLater(word)) {
    report.add(at, "unknown-word", `this version does not know "${word}" yet`);
    return undefined;
  }
  const near = nearest(word, wordsOf(schema));
  const others = wordsOf(schema).filter((each) => each !== verb);
  report.add(at, "unknown-word", `unknown word "${word}"`, {
    hint: didYouMean(word, others) ?? `"${self}" takes ${others.join(", ")}`,
  });
  return near;
}

function misplaced(
  word: string,
  where: { self: string; homes: string; source: StepSource },
): { message: string; hint: string } {
  const { self, homes, source } = where;
  const isTime = ["within", "every", "for"].includes(word);
  if (source.isInvariant && isTime) {
    const hint = `it is sampled all the time; "grace" says how long it may be false`;
    return { message: `an invariant takes no "${word}"`, hint };
  }
  if (source.isInvariant) {
    const others = wordsOf(source.schema).filter((each) => each !== source.verb);
    return { message: `an invariant takes no "${word}"`, hint: `it takes ${others.join(", ")}` };
  }
  if (source.verb === "sql" && (comparisonWords as readonly string[]).includes(word)) {
    const hint = `to compare what comes back, write "query" in place of "sql"`;
    return { message: `"sql" acts and compares nothing, it takes no "${word}"`, hint };
  }
  if (isTime && source.verb !== "expect" && source.verb !== "query") {
    const hint = "to wait for something, use query or expect";
    return { message: `"${self}" acts, it runs once and takes no "${word}"`, hint };
  }
  return { message: `"${word}" cannot stand with "${self}"`, hint: `it belongs to ${homes}` };
}

/** Tells that `on` is not a word, and why. */
export function refuseOn(ground: Ground, path: Path): void {
  ground.report.add(
    ground.document.keyAt(path),
    "unknown-word",
    `"on" is not a word of the language: YAML 1.1 tools read it as true`,
    { hint: `to say where, write "node"`, settles: true },
  );
}
