/**
 * What is wrong with a scenario file, and where. Made in one place so every command prints it alike.
 *
 * @module
 */
import type { Place } from "./model.ts";

/** What sort of mistake it is; stable, for programs. */
export type DiagnosticCode =
  | "unreadable"
  | "yaml"
  | "unsupported-yaml"
  | "too-big"
  | "too-deep"
  | "unknown-word"
  | "unknown-verb"
  | "verb-count"
  | "unknown-kind"
  | "unknown-node"
  | "unknown-name"
  | "misplaced-word"
  | "missing-word"
  | "bad-value"
  | "bad-sql"
  | "bad-pattern"
  | "bad-matrix";

/** One mistake in one file. */
export interface Diagnostic {
  /** Path as the user gave it. */
  file: string;
  /** Line, from 1. */
  line: number;
  /** Column, from 1. */
  column: number;
  message: string;
  /** What to do about it. */
  hint?: string;
  code: DiagnosticCode;
}

/** One or several files cannot be used; holds everything that was found, in order of place. */
export class ScenarioError extends Error {
  override name = "ScenarioError";
  /** Never empty. */
  readonly diagnostics: readonly Diagnostic[];
  /** Text of the files, by path, for {@link formatDiagnostic}. */
  readonly sources: ReadonlyMap<string, string>;

  constructor(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>) {
    super(
      diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, sources.get(diagnostic.file)))
        .join("\n\n"),
    );
    this.diagnostics = diagnostics;
    this.sources = sources;
  }
}

/** How much of a long line is shown; a line of a megabyte helps nobody. */
const widthMax = 160;

/**
 * The mistake with its line and a caret under the word:
 *
 *     error[unknown-verb]: unknown verb "sqll"
 *       --> scenarios/x.yaml:3:5
 *        |
 *      3 |   - sqll: select 1
 *        |     ^^^^ did you mean "sql"?
 *
 * Without a text the file itself could not be read: then only its path is shown.
 */
export function formatDiagnostic(diagnostic: Diagnostic, sourceText: string | undefined): string {
  const { file, line, column, message, hint, code } = diagnostic;
  if (sourceText === undefined) {
    const head = [`error[${code}]: ${message}`, `  --> ${file}`];
    return (hint === undefined ? head : [...head, `   = ${hint}`]).join("\n");
  }
  const head = [`error[${code}]: ${message}`, `  --> ${file}:${line}:${column}`];
  const excerpt = excerptOf(diagnostic, sourceText, hint);
  if (excerpt) return [...head, ...excerpt].join("\n");
  return (hint === undefined ? head : [...head, `   = ${hint}`]).join("\n");
}

/** The line at a place with a caret under the word; undefined where that cannot be shown. */
export function excerptOf(place: Place, sourceText: string, hint?: string): string[] | undefined {
  const { line, column } = place;
  const text = sourceText.split("\n")[line - 1]?.replace(/\r$/, "");
  if (text === undefined || column > widthMax) return undefined;
  const shown = printable(text.slice(0, widthMax));
  const gutter = " ".repeat(String(line).length + 2);
  const caret = " ".repeat(column - 1) + "^".repeat(wordLength(shown.slice(column - 1)));
  return [
    `${gutter}|`,
    ` ${line} | ${shown}`.trimEnd(),
    `${gutter}| ${caret}${hint === undefined ? "" : ` ${hint}`}`,
  ];
}

/** Tabs and control characters take one column each, or the caret would stand elsewhere. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}

/** Length of the word, or of the quoted or braced text, at the start of a text. */
function wordLength(text: string): number {
  const word = /^(?:"[^"]*"|'[^']*'|\$\{[^}]*\}|:?[\w.$%/-]+|.)/.exec(text);
  return word ? word[0].length : 1;
}
