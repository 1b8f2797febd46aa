/**
 * The seed of a case: the same run seed and the same case give the same choices, whatever else is
 * selected.
 *
 * @module
 */

/**
 * A number of 32 bits from the run's seed and the case's id: FNV-1a over UTF-8.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function seedOf(runSeed: number, id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${runSeed}:${id}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}
