/**
 * Why something was ended.
 *
 * @module
 */

/** Why a signal aborted, as text. */
export function reasonOf(signal: AbortSignal): string {
  return String(signal.reason?.message ?? signal.reason);
}
