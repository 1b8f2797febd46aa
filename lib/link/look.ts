/**
 * Looking until something is so, with the last thing seen kept for the message.
 *
 * @module
 */
import { FaultError } from "../fault/kind.ts";
import { SqlError } from "../sql/session.ts";
import { sleep } from "../time/sleep.ts";

/** Pause between two looks, in milliseconds. */
const everyMs = 5;

/** One look: done with a value, or what was seen instead. */
export type Sight<T> = { done: T } | { seen: string };

/**
 * Looks until done. A server that does not answer is "not yet".
 * @throws {FaultError} when the signal aborts, with what was seen last.
 */
export async function until<T>(
  what: string,
  signal: AbortSignal,
  look: () => Promise<Sight<T>>,
): Promise<T> {
  let seen = "nothing yet";
  for (;;) {
    try {
      signal.throwIfAborted();
      const sight = await look();
      if ("done" in sight) return sight.done;
      seen = sight.seen;
      await sleep(everyMs, signal);
    } catch (cause) {
      if (signal.aborted) {
        const why = String(signal.reason?.message ?? signal.reason);
        throw new FaultError(`${what}, but ${seen}; ${why}`, { cause });
      }
      if (!(cause instanceof SqlError && cause.isAbsence)) throw cause;
      seen = `no answer (${cause.code})`;
      await sleep(everyMs, signal).catch(() => {});
    }
  }
}
