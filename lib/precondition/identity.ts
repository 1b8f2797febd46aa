/**
 * `identity`: each node's endpoint leads to a server of its own. Where two lead to the same one,
 * every check of a replica may in truth look at the primary.
 *
 * @module
 */
import type { Precondition } from "./kind.ts";

/** The precondition. */
export const identity: Precondition = {
  name: "identity",
  requirement: "each node's endpoint leads to a server of its own",
  cause: "two ports are published from the same container, or a proxy stands before the servers",
  remedy: "compare the published ports in compose.yaml with the services they belong to",
  judge(sights) {
    return sights.flatMap(({ node, server }, index) => {
      const other = sights.slice(0, index).find((each) => each.server === server);
      return other ? [{ node, seen: `answers as the same server as ${other.node}` }] : [];
    });
  },
};
