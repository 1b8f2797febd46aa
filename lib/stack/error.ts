/**
 * The stack's files cannot be used as they are: what is wrong, and where.
 *
 * @module
 */
import { type Diagnostic, type DiagnosticCode, formatDiagnostic } from "../scenario/diagnostic.ts";
import { maskSecrets } from "./mask.ts";

/** A mistake in a compose file, or in a file that it names. */
export class StackError extends Error {
  override name = "StackError";
  /** Path of the file, as the user can open it. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
  /** What is wrong, without place and source line; `message` has those too. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** What sort of mistake it is; stable, for programs. */
  readonly code: DiagnosticCode;

  /** Without a text the file itself could not be read. Passwords in it are not shown. */
  constructor(diagnostic: Diagnostic, sourceText: string | undefined, cause?: unknown) {
    super(maskSecrets(formatDiagnostic(diagnostic, sourceText)), { cause });
    this.file = diagnostic.file;
    this.line = diagnostic.line;
    this.column = diagnostic.column;
    this.reason = maskSecrets(diagnostic.message);
    this.hint = diagnostic.hint;
    this.code = diagnostic.code;
  }
}
