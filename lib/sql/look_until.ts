/**
 * Looking until something is so, with the last thing seen kept for the message.
 *
 * @module
 */
import { sleep } from "../time/sleep.ts";
import { SqlError } from "./session.ts";

/** One look: done with a value, or what was seen instead. */
export type Sight<T> = { done: T } | { seen: string };

/** How to look. */
export interface Looking {
  /** Pause between two looks, in milliseconds. */
  everyMs: number;
  signal: AbortSignal;
  /** After a look that was not the last, by what it saw; what it throws ends the looking. */
  after?: (seen: string) => Promise<void>;
  /** What to throw once the signal has aborted. */
  gaveUp: (why: { seen: string; reason: string; cause: unknown }) => unknown;
}

/** Looks until done. A server that does not answer is "not yet". */
export async function lookUntil<T>(look: () => Promise<Sight<T>>, on: Looking): Promise<T> {
  const { everyMs, signal, after, gaveUp } = on;
  let seen = "nothing yet";
  try {
    for (;;) {
      signal.throwIfAborted();
      const sight = await look().catch((error) => {
        if (!(error instanceof SqlError && error.isAbsence)) throw error;
        signal.throwIfAborted();
        return { seen: `no answer (${error.code})` };
      });
      if ("done" in sight) return sight.done;
      seen = sight.seen;
      await after?.(seen);
      await sleep(everyMs, signal);
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw gaveUp({ seen, reason: String(signal.reason?.message ?? signal.reason), cause });
  }
}
