/**
 * Which of its networks a node has in common with the others.
 *
 * @module
 */

/**
 * Of a container's networks the one that most of the cluster's containers are in: engines list them
 * by name, and the first may lead to nobody. `own` is one of `all`, and not empty.
 */
export function sharedNetwork(own: readonly string[], all: readonly (readonly string[])[]): string {
  const shares = (network: string) => all.filter((networks) => networks.includes(network)).length;
  return own.reduce((best, each) => shares(each) > shares(best) ? each : best);
}
