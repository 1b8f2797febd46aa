/**
 * Every fault, by the word a scenario uses. One line each.
 *
 * @module
 */
import { crash } from "./crash.ts";
import type { FaultKind } from "./kind.ts";
import { kill } from "./kill.ts";
import { lose_data } from "./lose_data.ts";
import { partition } from "./partition.ts";
import { pause } from "./pause.ts";
import { pause_replay } from "./pause_replay.ts";
import { stop } from "./stop.ts";

const kinds: readonly FaultKind[] = [
  crash,
  kill,
  lose_data,
  partition,
  pause,
  pause_replay,
  stop,
];

/** By name. */
export const faults: ReadonlyMap<string, FaultKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
