/**
 * `roles`: every server lets clients in and is what the stack declares, a primary or a replica.
 *
 * @module
 */
import type { Precondition } from "./kind.ts";

/** The precondition. */
export const roles: Precondition = {
  name: "roles",
  requirement: "every server answers, in the role that the stack declares",
  cause: "a replica has no standby.signal or was promoted, or hot_standby is off on it",
  remedy: "rebuild that node as a replica: empty its data directory and start it",
  settles: true,
  judge(sights, { refusals }) {
    const wrong = sights.filter(({ role, isReplica }) => (role === "replica") !== isReplica);
    return [
      ...refusals,
      ...wrong.map(({ node, role, isReplica }) => ({
        node,
        seen: `is a ${isReplica ? "replica" : "primary"}, declared as ${role}`,
      })),
    ];
  },
};
