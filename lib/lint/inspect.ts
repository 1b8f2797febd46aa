/**
 * Looks for every smell in one file, and prints what it found.
 *
 *     warning: this step only waits [sleep]
 *       --> scenarios/x.yaml:7:5
 *        |
 *      7 |   - sleep: 3s
 *        |     ^^^^^ wait for what must happen: expect or query with within
 *
 * @module
 */
import { excerptOf } from "../scenario/diagnostic.ts";
import { readDocument } from "../scenario/document.ts";
import type { ParseOptions } from "../scenario/parse.ts";
import { parseScenario } from "../scenario/parse.ts";
import { Report } from "../scenario/report.ts";
import type { Finding, Smell, Subject } from "./kind.ts";
import { smells } from "./registry.ts";

/** A smell that was found. */
export interface Smelt extends Finding {
  smell: Smell;
  file: string;
}

/**
 * Reads a file for lint.
 * @throws {ScenarioError} when it is not well-formed.
 */
export function subjectOf(file: string, text: string, options: ParseOptions): Subject {
  const scenario = parseScenario(file, text, options);
  const document = readDocument(text, new Report(file))!;
  const variants = scenario.variants?.map((each) => each.scenario) ?? [scenario];
  return { file, text, document, variants };
}

/** Every smell of one file, in order of place. */
export function inspect(subject: Subject): Smelt[] {
  return smells
    .flatMap((smell) =>
      smell.look(subject).map((finding) => ({ ...finding, smell, file: subject.file }))
    )
    .toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

/** The smell with its line and what to do about it. */
export function formatSmell({ smell, file, place, message }: Smelt, text: string): string {
  const where = `${place.file ?? file}:${place.line}:${place.column}`;
  const head = [`warning: ${message} [${smell.name}]`, `  --> ${where}`];
  // The text at hand is the scenario's own, not that of a file it uses.
  const shown = place.file === undefined ? excerptOf(place, text, smell.advice) : undefined;
  const excerpt = shown ?? [`   = ${smell.advice}`];
  return [...head, ...excerpt].join("\n");
}
