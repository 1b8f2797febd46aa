/**
 * The seed of a case: the same run seed and the same case give the same choices, whatever else is
 * selected.
 *
 * @module
 */

/** A number of 32 bits from a run's seed and a case's id, or a case's seed and a load's name. */
export function seedOf(seed: number, id: string): number {
  return hashOf(`${seed}:${id}`);
}

/**
 * A number of 32 bits from a text: FNV-1a over UTF-8.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}
