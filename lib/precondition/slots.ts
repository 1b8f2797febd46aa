/**
 * `slots`: no slot holds back WAL that nobody reads. It would grow until the disk is full.
 * Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html
 *
 * @module
 */
import { showQuantity } from "../fact/quantity.ts";
import type { Precondition } from "./kind.ts";
import type { SeenSlot } from "./sight.ts";

/** The precondition. */
export const slots: Precondition = {
  name: "slots",
  requirement: "no slot holds back WAL that nobody reads",
  cause: "the replica or the consumer that used the slot is gone or does not name it any more",
  remedy: "start what uses it, or select pg_drop_replication_slot(...) on that server",
  settles: true,
  judge: (sights) =>
    sights.flatMap(({ node, idleSlots }) =>
      idleSlots.filter(({ restart, status }) => restart !== null || status === "lost")
        .map((slot) => ({ node, seen: textOf(slot) }))
    ),
};

function textOf({ name, type, restart, status, bytes }: SeenSlot): string {
  const kept = restart === null
    ? "has lost its WAL"
    : `holds back ${showQuantity("size", bytes ?? 0)} of WAL from ${restart} (${status})`;
  return `has the ${type} slot ${name}, which nobody uses and which ${kept}`;
}
