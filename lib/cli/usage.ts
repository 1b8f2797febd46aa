/**
 * Wrong arguments: said in one line, without a trace.
 *
 * @module
 */

/** Exit code of wrong arguments, or of files that cannot be used. */
export const usageCode = 2;

/** The command line asks for something that makes no sense. */
export class UsageError extends Error {
  override name = "UsageError";
}
