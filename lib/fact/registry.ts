/**
 * Every fact that `expect` can judge, by the word a scenario uses. One line each.
 *
 * @module
 */
import { archived } from "./archived.ts";
import { backup_restores } from "./backup_restores.ts";
import { caught_up } from "./caught_up.ts";
import { checksums } from "./checksums.ts";
import { commit_rate } from "./commit_rate.ts";
import { data_loss } from "./data_loss.ts";
import { hba } from "./hba.ts";
import type { FactKind } from "./kind.ts";
import { lag_bytes } from "./lag_bytes.ts";
import { lag_time } from "./lag_time.ts";
import { log } from "./log.ts";
import { log_files } from "./log_files.ts";
import { lost_writes } from "./lost_writes.ts";
import { monotonic_reads } from "./monotonic_reads.ts";
import { network } from "./network.ts";
import { no_anomalies } from "./no_anomalies.ts";
import { no_lost_writes } from "./no_lost_writes.ts";
import { no_phantom_writes } from "./no_phantom_writes.ts";
import { one_primary } from "./one_primary.ts";
import { outage } from "./outage.ts";
import { port } from "./port.ts";
import { reachable } from "./reachable.ts";
import { read_your_writes } from "./read_your_writes.ts";
import { recovery_conflicts } from "./recovery_conflicts.ts";
import { replayed } from "./replayed.ts";
import { retained_wal } from "./retained_wal.ts";
import { role } from "./role.ts";
import { same_data } from "./same_data.ts";
import { setting } from "./setting.ts";
import { slot } from "./slot.ts";
import { staleness } from "./staleness.ts";
import { streaming } from "./streaming.ts";
import { sync_state } from "./sync_state.ts";
import { system_identifier } from "./system_identifier.ts";
import { timeline } from "./timeline.ts";
import { upstream } from "./upstream.ts";
import { volume } from "./volume.ts";
import { waiting_on } from "./waiting_on.ts";

const kinds: readonly FactKind[] = [
  archived,
  backup_restores,
  caught_up,
  checksums,
  commit_rate,
  data_loss,
  hba,
  lag_bytes,
  lag_time,
  log,
  log_files,
  lost_writes,
  monotonic_reads,
  network,
  no_anomalies,
  no_lost_writes,
  no_phantom_writes,
  one_primary,
  outage,
  port,
  reachable,
  read_your_writes,
  recovery_conflicts,
  replayed,
  retained_wal,
  role,
  same_data,
  setting,
  slot,
  staleness,
  streaming,
  sync_state,
  system_identifier,
  timeline,
  upstream,
  volume,
  waiting_on,
];

/** By name. */
export const facts: ReadonlyMap<string, FactKind> = new Map(kinds.map((kind) => [kind.name, kind]));
