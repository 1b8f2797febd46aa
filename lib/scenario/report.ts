/**
 * Collects the mistakes of one file while it is read, so that all of them are told at once.
 *
 * @module
 */
import type { Diagnostic, DiagnosticCode } from "./diagnostic.ts";
import type { Place } from "./model.ts";

/** How many mistakes of one file are told; more would hide the first. */
const diagnosticsMax = 50;

/** The mistakes of one file. */
export class Report {
  readonly #file: string;
  readonly #found = new Map<string, Diagnostic>();
  readonly #settled = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Adds a mistake; the same one at the same place counts once. */
  add(
    place: Place,
    code: DiagnosticCode,
    message: string,
    options: { hint?: string | undefined; settles?: boolean } = {},
  ): void {
    const at = `${place.line}:${place.column}`;
    if (this.#settled.has(at)) return;
    // What follows at this place would only repeat the mistake in other words.
    if (options.settles) this.#settled.add(at);
    const key = `${at} ${message}`;
    if (this.#found.has(key)) return;
    const hint = options.hint === undefined ? {} : { hint: options.hint };
    this.#found.set(key, { file: this.#file, ...place, message, ...hint, code });
  }

  /** In order of place. */
  get diagnostics(): Diagnostic[] {
    return [...this.#found.values()]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, diagnosticsMax);
  }
}
