/**
 * Decimal numbers compared exactly: int8 and numeric come from the server as text when JavaScript's
 * numbers cannot hold them.
 *
 * @module
 */

/** `digits` times ten to the power of `-scale`. */
export interface Decimal {
  digits: bigint;
  scale: number;
}

/**
 * The exact value of a number or of text that is one; undefined for everything else, also for NaN
 * and the infinities. An exponent is only read in what JavaScript itself printed: those are bounded.
 */
export function parseDecimal(value: unknown): Decimal | undefined {
  if (typeof value === "bigint") return { digits: value, scale: 0 };
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const text = String(value).trim();
  const match = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", exponent] = match;
  if (exponent !== undefined && typeof value === "string") return undefined;
  const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(exponent ?? 0);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Below 0, 0 or above 0 as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [a, b].map((each) => each.digits * 10n ** BigInt(scale - each.scale));
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}
