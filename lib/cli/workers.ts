/**
 * How many cases run at once when nobody says.
 *
 * @module
 */
import type { Target } from "../cluster/model.ts";

/**
 * One for each core in Docker, where bringing up and removing containers keeps the engine busy; two
 * on local servers, where a case waits for most of its time: see docs/duration.md.
 */
export function usualWorkers(target: Target["name"]): number {
  return navigator.hardwareConcurrency * (target === "local" ? 2 : 1);
}
