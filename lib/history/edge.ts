/**
 * The ways in which one operation must be before another, as bits.
 * Source: Adya, Weak Consistency (1999), 3.1.
 *
 * @module
 */

/** Write before write, write before read, read before write. */
export const edge = { ww: 1, wr: 2, rw: 4 } as const;

/** One of them. */
export type EdgeKind = typeof edge[keyof typeof edge];
