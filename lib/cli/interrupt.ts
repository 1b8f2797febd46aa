/**
 * SIGINT and SIGTERM: the first asks every case to undo what it did and end, the second ends the
 * process at once and leaves the rest to `clean`.
 *
 * @module
 */
import { Stopped } from "../run/problem.ts";
import { exitCodes } from "../result/exit.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * For how long signals are taken for the first one, in milliseconds. A terminal's Ctrl-C goes to every
 * process of `deno task`, and that sends it on to the program as well.
 */
const sameMs = 2000;

/** Listens until disposed. */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  readonly #listener: () => void;

  constructor(say: (text: string) => void) {
    let first = Infinity;
    this.#listener = () => {
      if (performance.now() > first + sameMs) Deno.exit(exitCodes.interrupted);
      if (this.signal.aborted) return;
      first = performance.now();
      say("interrupted: undoing what was done; once more ends at once (then run clean)\n");
      this.#controller.abort(new Stopped("the run was interrupted"));
    };
    for (const signal of signals) Deno.addSignalListener(signal, this.#listener);
  }

  /** Aborts with {@link Stopped}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    for (const signal of signals) Deno.removeSignalListener(signal, this.#listener);
  }
}
