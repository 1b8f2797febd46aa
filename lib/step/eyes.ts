/**
 * Through which connections a step sees the cluster.
 *
 * @module
 */
import type { Observer } from "../cluster/observer.ts";
import type { Finder } from "../cluster/roles.ts";

/** Connections to ask through, and the roles as seen through them. */
export interface Eyes {
  observer: Observer;
  roles: Finder;
}
