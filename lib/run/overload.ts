/**
 * Whether the machine has more to do than it can: then a limit of time says nothing about the stack.
 *
 * @module
 */

/**
 * Load per processor from which on a machine counts as overloaded. A cluster that waits for what will
 * never come makes none of its own.
 */
const loadMax = 8;

/** In words, by the load of the last minute; undefined when it is not, or nobody knows. */
export function overload(
  [load = 0]: readonly number[] = Deno.loadavg(),
  processors: number = navigator.hardwareConcurrency,
): string | undefined {
  if (load < loadMax * processors) return undefined;
  const shared = processors === 1 ? "1 processor" : `${processors} processors`;
  return `the machine is overloaded: a load of ${Math.round(load)} on ${shared}`;
}
