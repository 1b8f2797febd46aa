/**
 * `settings`: what the formats of data and WAL are made by, and what a replica must have as the
 * primary has it because a promotion makes it one.
 * Source: https://www.postgresql.org/docs/current/runtime-config-wal.html
 *
 * @module
 */
import { unlike } from "./alike.ts";
import type { Precondition } from "./kind.ts";
import { isArranged } from "./sight.ts";

const alike = [
  "block_size",
  "wal_block_size",
  "segment_size",
  "wal_segment_size",
  "server_encoding",
  "data_checksums",
  "wal_level",
  "wal_log_hints",
  "fsync",
  "full_page_writes",
] as const;

/** The precondition. */
export const settings: Precondition = {
  name: "settings",
  requirement: `the same on every server: ${alike.join(", ")}`,
  cause: "one node has a configuration of its own; after a failover it would be the primary's",
  remedy: "give every node the same file, and restart the one that differs",
  settings: alike,
  judge(sights, { change }) {
    const [first] = sights;
    return alike.flatMap((name) =>
      unlike(sights, (sight) => sight.settings[name], `${name} `).filter(({ node }) =>
        !isArranged(change, name, [first!.node, node])
      )
    );
  },
};
