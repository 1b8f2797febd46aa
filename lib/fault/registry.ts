/**
 * Every fault, by the word a scenario uses. One line each.
 *
 * @module
 */
import { break_setting } from "./break_setting.ts";
import { cancel_sync_wait } from "./cancel_sync_wait.ts";
import { corrupt_page } from "./corrupt_page.ts";
import { crash } from "./crash.ts";
import { disk_full } from "./disk_full.ts";
import { drop_slot } from "./drop_slot.ts";
import type { FaultKind } from "./kind.ts";
import { half_open } from "./half_open.ts";
import { kill } from "./kill.ts";
import { kill_process } from "./kill_process.ts";
import { lose_data } from "./lose_data.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { pause_replay } from "./pause_replay.ts";
import { power_off } from "./power_off.ts";
import { reset_connections } from "./reset_connections.ts";
import { slow_network } from "./slow_network.ts";
import { starve_cpu } from "./starve_cpu.ts";
import { stop } from "./stop.ts";
import { throttle } from "./throttle.ts";

const kinds: readonly FaultKind[] = [
  break_setting,
  cancel_sync_wait,
  corrupt_page,
  crash,
  disk_full,
  drop_slot,
  half_open,
  kill,
  kill_process,
  lose_data,
  partition,
  pause,
  pause_replay,
  power_off,
  reset_connections,
  slow_network,
  starve_cpu,
  stop,
  throttle,
];

/** By name. */
export const faults: ReadonlyMap<string, FaultKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
