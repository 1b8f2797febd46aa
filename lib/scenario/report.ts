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
    if (this.isFull) return;
    const at = `${place.file ?? ""}:${place.line}:${place.column}`;
    if (this.#settled.has(at)) return;
    // What follows at this place would only repeat the mistake in other words.
    if (options.settles) this.#settled.add(at);
    const key = `${at} ${message}`;
    if (this.#found.has(key)) return;
    const hint = options.hint === undefined ? {} : { hint: options.hint };
    this.#found.set(key, { file: this.#file, ...place, message, ...hint, code });
  }

  /** True when enough was found: looking further would only cost time. */
  get isFull(): boolean {
    return this.#found.size >= diagnosticsMax;
  }

  /** In order of place; those of the scenario's own file come before those of used files. */
  get diagnostics(): Diagnostic[] {
    const rank = ({ file }: Diagnostic) => file === this.#file ? "" : file;
    return [...this.#found.values()].sort((a, b) =>
      rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.line - b.line || a.column - b.column
    );
  }
}
