/**
 * Where a command prints. Only `cli/` and `report/` write to it; every text that leaves is masked.
 *
 * @module
 */

/** The terminal, or what stands in its place. */
export interface Io {
  /** Results and progress. */
  out(text: string): void;
  /** What went wrong. */
  err(text: string): void;
  /** Passwords to mask from now on, in everything that is printed. */
  hide(secrets: readonly string[]): void;
  /** Whether somebody watches: live progress makes sense. */
  readonly isTerminal: boolean;
  /** Width in characters; undefined when it is not a terminal. */
  columns(): number | undefined;
  readonly color: boolean;
}
