/**
 * What was started or changed, and how to undo it: in reverse order, all of it, whatever happens on
 * the way.
 *
 * @module
 */

/** One thing to undo. */
interface Entry {
  what: string;
  undo: (signal: AbortSignal) => Promise<unknown>;
}

/** A stack of undo acts. */
export class UndoStack {
  readonly #entries: Entry[] = [];

  /**
   * Registers an act. Call it before or right after the change; returns a function that undoes it
   * now, once, and takes it off the stack.
   */
  push(
    what: string,
    undo: (signal: AbortSignal) => Promise<unknown>,
  ): (signal: AbortSignal) => Promise<void> {
    const entry = { what, undo };
    this.#entries.push(entry);
    return async (signal) => {
      const index = this.#entries.indexOf(entry);
      if (index < 0) return;
      this.#entries.splice(index, 1);
      await undo(signal);
    };
  }

  /** Undoes everything; returns what could not be undone, with the reason. */
  async unwind(
    signalOf: () => AbortSignal,
    undone: (what: string) => void,
  ): Promise<{ what: string; error: Error }[]> {
    const problems = [];
    for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
      try {
        await entry.undo(signalOf());
        undone(entry.what);
      } catch (error) {
        problems.push({ what: entry.what, error: error as Error });
      }
    }
    return problems;
  }
}
