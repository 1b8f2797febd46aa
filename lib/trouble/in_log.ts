/**
 * Troubles that lines of a log tell of, in the words of every report.
 *
 * @module
 */
import type { Trouble } from "./kind.ts";
import { troubles } from "./registry.ts";

/** A trouble, and the last line that tells of it. */
export interface Told {
  trouble: Trouble;
  line: string;
}

/** The troubles that a log tells of, each with its last line, the latest first. */
export function troublesIn(lines: readonly string[]): Told[] {
  const found = new Map<Trouble, string>();
  for (const line of lines.toReversed()) {
    const trouble = troubles.find(({ logs }) => logs.some((pattern) => pattern.test(line)));
    if (trouble && !found.has(trouble)) found.set(trouble, line);
  }
  return [...found].map(([trouble, line]) => ({ trouble, line }));
}

/** Characters of a line of a log that are shown. */
const lineMax = 300;

/** A line of a log as far as it is shown. */
export function clipped(line: string): string {
  return line.length > lineMax ? `${line.slice(0, lineMax)}...` : line;
}

/** A trouble in the two lines that a problem gets as notes. */
export function notesOf({ cause, remedy }: Trouble, evidence: string): string[] {
  return [`likely cause: ${cause} (${evidence})`, `what to do: ${remedy}`];
}

/** Troubles that are told of one problem; what follows from them would only hide them. */
export const toldMax = 2;

/** The notes that a problem gets from the log that came with it. */
export function notesFrom(lines: readonly string[]): string[] {
  return troublesIn(lines).slice(0, toldMax)
    .flatMap(({ trouble, line }) => notesOf(trouble, `the log says: ${clipped(line)}`));
}
