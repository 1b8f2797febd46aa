/**
 * Reads files of mutants: one error holds every mistake of them, each with its place.
 *
 * @module
 */
import type { z } from "zod";
import { type Diagnostic, ScenarioError } from "../scenario/diagnostic.ts";
import { type Path, readDocument, type SourceDocument } from "../scenario/document.ts";
import { findScenarios } from "../scenario/files.ts";
import { reportIssues } from "../scenario/issues.ts";
import { isWords } from "../scenario/reading.ts";
import { Report } from "../scenario/report.ts";
import { readTextFile } from "../scenario/text_file.ts";
import { changes as kinds, fails, mutantGrammar } from "./grammar.ts";
import type { Change, Kill, Mutant } from "./model.ts";
import { changeOf } from "./read_change.ts";
import { exactlyOne } from "./words.ts";

const wordsOf = (shape: z.ZodObject) => Object.keys(shape.shape);
const kindWords = Object.keys(kinds) as (keyof typeof kinds)[];

/**
 * Reads the mutants that paths mean: files, or folders of them; `fixtures/mutants` when there are
 * none.
 * @throws {ScenarioError} with the mistakes of all of them.
 */
export async function readMutants(paths: readonly string[]): Promise<Mutant[]> {
  const files = await findScenarios(paths, { noun: "mutant", folder: "fixtures/mutants" });
  const mutants: Mutant[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  for (const { path } of files) {
    const found = readTextFile(path);
    if ("problem" in found) {
      const place = { line: 1, column: 1 };
      diagnostics.push({ file: path, ...place, message: found.problem, code: "unreadable" });
      continue;
    }
    try {
      mutants.push(parseMutant(path, found.text));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      diagnostics.push(...error.diagnostics);
      sources.set(path, found.text);
    }
  }
  if (diagnostics.length > 0) throw new ScenarioError(diagnostics, sources);
  return mutants;
}

/**
 * Reads one mutant.
 * @param file Path as the user gave it; stands in every message.
 * @throws {ScenarioError} with everything that is wrong with it.
 */
export function parseMutant(file: string, text: string): Mutant {
  const report = new Report(file);
  const document = readDocument(text, report, {
    holds: "mutant",
    hint: 'a mutant begins with "mutant: what is wrong with the stack"',
  });
  const mutant = document && read(document, report, { file, text });
  if (mutant && report.diagnostics.length === 0) return mutant;
  throw new ScenarioError(report.diagnostics, new Map([[file, text]]));
}

function read(
  document: SourceDocument,
  report: Report,
  from: { file: string; text: string },
): Mutant | undefined {
  const ground = { document, report };
  const data = document.data as Record<string, unknown>;
  const expectations = exactlyOne(ground, [], data, ["fails", "stays_green"]);
  const parsed = mutantGrammar.safeParse(data);
  if (!parsed.success) {
    reportIssues(parsed.error.issues, {
      ground,
      data,
      path: [],
      missingAt: [Object.keys(data)[0] ?? ""],
      knownAt: ([first]) => wordsOf(first === undefined ? mutantGrammar : fails),
    });
  }
  const list = Array.isArray(data.change) ? data.change : [];
  const changes = list.flatMap((each, index) => readChange(ground, each, ["change", index]) ?? []);
  if (!parsed.success || !expectations) return undefined;
  const { mutant: name, why, targets, overlays } = parsed.data;
  const { fails: expected, stays_green: green = [] } = parsed.data;
  if (expected) exactlyOne(ground, ["fails"], expected, ["check", "start"]);
  return {
    ...from,
    ...{ name, why, targets, overlays, changes, green },
    ...(expected ? { kill: expected as Kill } : {}),
    placeOf: (path) => document.valueAt(path),
  };
}

function readChange(
  ground: { document: SourceDocument; report: Report },
  data: unknown,
  path: Path,
): Change | undefined {
  if (!isWords(data)) {
    ground.report.add(ground.document.valueAt(path), "bad-value", "a change is a map of words", {
      hint: `it has one of ${kindWords.join(", ")}`,
    });
    return undefined;
  }
  const kind = exactlyOne(ground, path, data, kindWords);
  if (!kind) return undefined;
  const parsed = kinds[kind].safeParse(data);
  if (parsed.success) return changeOf({ ...ground, path }, { kind, words: parsed.data } as never);
  const knownAt = () => wordsOf(kinds[kind]);
  reportIssues(parsed.error.issues, { ground, data, path, knownAt });
  return undefined;
}
