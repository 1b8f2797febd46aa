/**
 * Waiting for what a link does.
 *
 * @module
 */
import { FaultError } from "../fault/kind.ts";
import { lookUntil, type Sight } from "../sql/look_until.ts";

/** Pause between two looks, in milliseconds. */
const everyMs = 5;

/**
 * Looks until done. A server that does not answer is "not yet".
 * @throws {FaultError} when the signal aborts, with what was seen last.
 */
export function until<T>(
  what: string,
  signal: AbortSignal,
  look: () => Promise<Sight<T>>,
): Promise<T> {
  return lookUntil(look, {
    everyMs,
    signal,
    gaveUp: ({ seen, reason, cause }) =>
      new FaultError(`${what}, but ${seen}; ${reason}`, { cause }),
  });
}
