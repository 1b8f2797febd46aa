/**
 * A selection on the command line that means nothing.
 *
 * @module
 */

/** What was asked for cannot be done; the message says what was asked and what is known. */
export class OptionError extends Error {
  override name = "OptionError";
}
