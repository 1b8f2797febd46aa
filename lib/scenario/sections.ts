/**
 * The top level of a file: which words it has, in which order, and what those that are no steps say.
 *
 * @module
 */
import { z } from "zod";
import { cluster, collected, load, scenarioGrammar, type ScenarioWords } from "./grammar.ts";
import { reportIssues } from "./issues.ts";
import type { Value } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import { type Ground, isWords } from "./reading.ts";
import { verbs } from "./step_grammar.ts";
import { refuseOn } from "./step_words.ts";
import { wordsOf } from "./vocabulary.ts";
import { steps } from "./words.ts";

/** Rules are read one by one, like steps; here it only counts that they are a list. */
const rules = z.array(z.unknown(), { error: "must be a list of invariants" })
  .min(1, { error: "must have at least one invariant" });

const grammar = scenarioGrammar({ steps, always: rules });

const sections = Object.keys(grammar.shape);

/** Top-level words whose lists hold steps. */
export const stepSections = ["setup", "steps", "finally"] as const;

/** What of the top level could be read. */
export type SectionWords = Partial<ScenarioWords>;

/** Checks the words of the top level; returns the data with the known ones only. */
export function checkSections(
  ground: Ground,
  data: Record<string, unknown>,
): Record<string, unknown> {
  const { document, report } = ground;
  const [first] = Object.keys(data);
  if (first !== "scenario" && "scenario" in data) {
    report.add(
      document.keyAt(["scenario"]),
      "misplaced-word",
      `"scenario" must be the first word of the file`,
      { hint: `move it above "${first!.slice(0, 40)}"` },
    );
  }
  for (const word of Object.keys(data)) {
    if (sections.includes(word)) continue;
    if (report.isFull) break;
    if (word === "on") refuseOn(ground, ["on"]);
    else refuseSection(ground, word);
  }
  return Object.fromEntries(Object.entries(data).filter(([word]) => sections.includes(word)));
}

function refuseSection(ground: Ground, word: string): void {
  const { document, report } = ground;
  const at = document.keyAt([word]);
  if (isVerb(word)) {
    const message = `"${word}" is a verb, it stands in a step`;
    report.add(at, "misplaced-word", message, { hint: `write it under "steps:", after "- "` });
  } else {
    const hint = didYouMean(word, sections);
    const isOfStep = hint === undefined && ground.vocabulary.homesOf(word) !== undefined;
    report.add(at, "unknown-word", `unknown word "${word}"`, {
      hint: isOfStep
        ? "it belongs into a step, beside its verb"
        : hint ?? `the top level has ${sections.join(", ")}`,
    });
  }
}

function isVerb(word: string): boolean {
  return (verbs as readonly string[]).includes(word);
}

/** The words of the top level, as far as they fit their schemas; steps are left as they are. */
export function readSections(ground: Ground, data: Record<string, unknown>): SectionWords {
  const words: Record<string, unknown> = {};
  for (const [word, schema] of Object.entries(grammar.shape)) {
    if (word === "load" && isWords(data.load)) words.load = readLoadWords(ground, data.load);
    // A step that stands at the top has been told: it is what is missing here.
    else if (word === "steps" && data.steps === undefined && hasVerb(ground)) continue;
    else if (word !== "matrix") {
      const parsed = schema.safeParse(data[word]);
      if (parsed.success) words[word] = parsed.data;
      else reportSection(ground, data, parsed.error.issues.map((issue) => within(issue, word)));
    }
  }
  return words;
}

function hasVerb({ document }: Ground): boolean {
  return isWords(document.data) && Object.keys(document.data).some(isVerb);
}

/** Each load for itself: a mistake in one must not hide those in another. */
function readLoadWords(ground: Ground, data: Record<string, unknown>): ScenarioWords["load"] {
  const words: ScenarioWords["load"] = {};
  for (const [name, value] of Object.entries(data)) {
    const parsed = grammar.shape.load.safeParse({ [name]: value });
    if (parsed.success) words[name] = parsed.data[name]!;
    else {
      const issues = parsed.error.issues.map((issue) => within(issue, "load"));
      reportSection(ground, { load: data }, issues);
    }
  }
  return words;
}

function within(issue: z.core.$ZodIssue, word: string): z.core.$ZodIssue {
  return { ...issue, path: [word, ...issue.path] };
}

function reportSection(
  ground: Ground,
  data: Record<string, unknown>,
  issues: readonly z.core.$ZodIssue[],
): void {
  const known = { load, cluster, collect: collected } as Record<string, z.ZodObject>;
  reportIssues(issues, {
    ground,
    data,
    path: [],
    knownAt: ([section = "", , third]) =>
      third === undefined && known[section] ? wordsOf(known[section]) : [],
  });
}

/** The variables, as far as they can be used. */
export function readVars(ground: Ground, data: unknown): Record<string, Value> {
  if (data === undefined) return {};
  const parsed = grammar.shape.vars.safeParse(data);
  if (parsed.success) return parsed.data;
  reportIssues(parsed.error.issues, { ground, data: { vars: data }, path: [] });
  return {};
}
