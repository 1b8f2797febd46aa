/**
 * Passwords in the lines of a file that an error shows, before anything is known about the stack.
 *
 * @module
 */

/**
 * A name that means a secret, and the rest of its line: where the value ends depends on quotes that
 * may be broken. A variable that must be set is no value and may be seen.
 */
const secret = new RegExp(
  String.raw`((?:password|passwd|passphrase|pwd|secret|token)["']?[ \t]*[:=][ \t]*)` +
    String.raw`(?!\$\{\w+:?\?)([^ \t\r\n][^\r\n]*)`,
  "gi",
);
const address = /(:\/\/[^\s/:@]*:)([^\s@/]+)(?=@)/g;

/** The text with stars for every letter of a secret, so that columns stay where they are. */
export function maskSecrets(text: string): string {
  const stars = (_: string, name: string, value: string) => name + "*".repeat(value.length);
  return text.replace(secret, stars).replace(address, stars);
}
