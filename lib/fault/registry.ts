/**
 * Every fault, by the word a scenario uses. One line each.
 *
 * @module
 */
import { crash } from "./crash.ts";
import type { FaultKind } from "./kind.ts";
import { half_open } from "./half_open.ts";
import { kill } from "./kill.ts";
import { lose_data } from "./lose_data.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { pause_replay } from "./pause_replay.ts";
import { reset_connections } from "./reset_connections.ts";
import { slow_network } from "./slow_network.ts";
import { stop } from "./stop.ts";
import { throttle } from "./throttle.ts";

const kinds: readonly FaultKind[] = [
  crash,
  half_open,
  kill,
  lose_data,
  partition,
  pause,
  pause_replay,
  reset_connections,
  slow_network,
  stop,
  throttle,
];

/** By name. */
export const faults: ReadonlyMap<string, FaultKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
