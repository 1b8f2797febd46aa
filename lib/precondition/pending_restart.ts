/**
 * `pending_restart`: no server has a setting in its files that waits for a restart. The case would
 * judge a server that the next restart makes another one.
 * Source: https://www.postgresql.org/docs/current/view-pg-settings.html
 *
 * @module
 */
import type { Precondition } from "./kind.ts";

/** The precondition. */
export const pending_restart: Precondition = {
  name: "pending_restart",
  requirement: "no setting waits for a restart",
  cause: "a setting that needs a restart was changed, and the server only reloaded",
  remedy: "restart that server, or take the change back and reload",
  judge: (sights) =>
    sights.filter(({ pending }) => pending.length > 0)
      .map(({ node, pending }) => ({
        node,
        seen: `waits for a restart with ${pending.join(", ")}`,
      })),
};
