/**
 * `versions`: the same major version everywhere. WAL of one cannot be replayed by another; minor
 * versions may differ while they are being rolled out.
 * Source: https://www.postgresql.org/docs/current/warm-standby.html#STANDBY-PLANNING
 *
 * @module
 */
import { unlike } from "./alike.ts";
import type { Precondition } from "./kind.ts";

/** The precondition. */
export const versions: Precondition = {
  name: "versions",
  requirement: "the same major version of PostgreSQL on every server",
  cause: "nodes run different images, or one of them was upgraded on its own",
  remedy: "give every service the same image; upgrade the primary, then rebuild the replicas",
  judge: (sights) =>
    unlike(sights, ({ version }) => String(Math.floor(version / 10_000)), "PostgreSQL "),
};
