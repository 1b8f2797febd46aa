/**
 * One text file of the stack, and places in it.
 *
 * @module
 */
import type { DiagnosticCode } from "../scenario/diagnostic.ts";
import { StackError } from "./error.ts";

/** A place in a file of the stack. */
export interface Place {
  file: SourceFile;
  /** From the start of the text, in UTF-16 units. */
  offset: number;
}

/** What a mistake is called, and what to do about it. */
export interface Complaint {
  message: string;
  hint?: string | undefined;
  /** Default: `bad-value`. */
  code?: DiagnosticCode;
}

/** The text of a file under its names. */
export class SourceFile {
  /** As the user can open it: starts like the path of the stack file that was given. */
  readonly shown: string;
  /** Relative to the folder of the stack file; what the model says. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Absolute folder that relative paths in it start from. */
  readonly base: string;
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(names: { shown: string; name: string; path: string; base: string }, text: string) {
    this.shown = names.shown;
    this.name = names.name;
    this.path = names.path;
    this.base = names.base;
    this.text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset - this.#lineStarts[low]!) + 1 };
  }

  /** Offset of the start of a line, which counts from 1. */
  lineStart(line: number): number {
    return this.#lineStarts[line - 1] ?? this.text.length;
  }
}

/** `compose.yaml:7`, for sentences. */
export function cite({ file, offset }: Place): string {
  return `${file.name}:${file.position(offset).line}`;
}

/** The error to throw for a mistake at a place. */
export function mistake(place: Place, { message, hint, code }: Complaint): StackError {
  const { file, offset } = place;
  const { line, column } = file.position(offset);
  const advice = hint === undefined ? {} : { hint };
  return new StackError(
    { file: file.shown, line, column, message, ...advice, code: code ?? "bad-value" },
    file.text,
  );
}
