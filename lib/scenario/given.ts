/**
 * Optional properties that are absent when they have no value, as exact optional types want it.
 *
 * @module
 */

/** The properties that have a value. */
export function given<T extends Record<string, unknown>>(
  properties: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
