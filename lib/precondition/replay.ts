/**
 * `replay`: no replica has its replay paused. It would go on receiving and acknowledging WAL, and
 * show none of it to readers.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 *
 * @module
 */
import type { ClusterChange } from "../scenario/model.ts";
import { floors } from "./floors.ts";
import type { Precondition } from "./kind.ts";
import { recoveryTargets } from "./recovery_targets.ts";
import { isArranged, isSet } from "./sight.ts";

/** The precondition. */
export const replay: Precondition = {
  name: "replay",
  requirement: "replay is paused on no replica",
  cause: "someone called pg_wal_replay_pause(), a recovery target was reached, " +
    "or a setting is below the primary's",
  remedy: "select pg_wal_replay_resume() on that replica, once its log says why it paused",
  judge(sights, { change }) {
    const primary = sights.find(({ role }) => role === "primary")?.node;
    return sights.flatMap(({ node, replay }) =>
      replay === null || replay === "not paused" || isPausedBy(change, [primary ?? node, node])
        ? []
        : [{ node, seen: `says of its replay: ${replay}` }]
    );
  },
};

/** Whether the scenario itself gives these two, primary and replica, what pauses the replay. */
function isPausedBy(change: ClusterChange, nodes: readonly [string, string]): boolean {
  return recoveryTargets.some((name) => isSet(change, name, nodes[1])) ||
    floors.settings!.some((name) => isArranged(change, name, nodes));
}
