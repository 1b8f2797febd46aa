/**
 * A change that cannot be made.
 *
 * @module
 */

/** Says why a change of a mutant cannot be made, or was not seen to be in effect. */
export class ChangeError extends Error {
  override name = "ChangeError";
}
