/**
 * Log sequence numbers: a 64-bit byte position in the WAL, written as two hexadecimal halves.
 * Source: https://www.postgresql.org/docs/current/datatype-pg-lsn.html
 *
 * @module
 */

/**
 * The position as a number of bytes.
 * @throws {TypeError} when the text is not an LSN.
 */
export function parseLsn(text: string): bigint {
  const match = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text);
  if (!match) {
    throw new TypeError(`Cannot read "${text}" as an LSN: expected a form like 0/3000148`);
  }
  return (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`);
}

/** The usual form, `0/3000148`. */
export function formatLsn(position: bigint): string {
  return `${(position >> 32n).toString(16)}/${(position & 0xffffffffn).toString(16)}`.toUpperCase();
}
