/**
 * How long things may take when nobody said otherwise, in milliseconds; `--time-scale` multiplies.
 *
 * @module
 */

/** The default limits. */
export const limits = {
  /** A step that acts, or observes without `within`. */
  stepMs: 30_000,
  /** Bringing up or removing a cluster. */
  clusterMs: 60_000,
  /** Healing a fault, ending a load, restoring a setting: each. */
  undoMs: 30_000,
  /** Collecting evidence after a failure, all of it. */
  evidenceMs: 5_000,
  /** One look of an invariant. */
  invariantLookMs: 5_000,
} as const;
