/**
 * `recovery_targets`: no target of an earlier point-in-time recovery is left. A replica would stop
 * there, or promote itself; one that keeps to a timeline does not follow the next promotion.
 * Source: https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET
 *
 * @module
 */
import type { Precondition } from "./kind.ts";
import { isSet } from "./sight.ts";

/** Settings that end a recovery. */
export const recoveryTargets = [
  "recovery_target",
  "recovery_target_lsn",
  "recovery_target_name",
  "recovery_target_time",
  "recovery_target_xid",
] as const;

const timeline = "recovery_target_timeline";

/** The precondition. */
export const recovery_targets: Precondition = {
  name: "recovery_targets",
  requirement: "no recovery target is left, and replicas follow the latest timeline",
  cause: "the settings of an earlier recovery are still in postgresql.auto.conf",
  remedy: "alter system reset recovery_target_... on that server, then restart it",
  settings: [...recoveryTargets, timeline],
  judge: (sights, { change }) =>
    sights.flatMap(({ node, role, settings }) =>
      [...recoveryTargets, timeline].filter((name) => {
        const value = settings[name] ?? "";
        const isUsual = name === timeline ? role === "primary" || value === "latest" : value === "";
        return !isUsual && !isSet(change, name, node);
      }).map((name) => ({ node, seen: `has ${name} ${settings[name]}` }))
    ),
};
