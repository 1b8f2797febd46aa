/**
 * `system_identifier`: all servers descend from the same initdb.
 *
 * @module
 */
import { unlike } from "./alike.ts";
import type { Precondition } from "./kind.ts";

/** The precondition. */
export const system_identifier: Precondition = {
  name: "system_identifier",
  requirement: "the same system identifier on every server",
  cause: "a node was initialised on its own instead of being cloned, or has another cluster's data",
  remedy: "rebuild that node as a replica: empty its data directory and start it",
  judge: (sights) => unlike(sights, (sight) => sight.systemIdentifier, "system identifier "),
};
