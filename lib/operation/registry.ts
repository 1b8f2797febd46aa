/**
 * Every planned operation, by the word a scenario uses. One line each.
 *
 * @module
 */
import { backup } from "./backup.ts";
import { checkpoint } from "./checkpoint.ts";
import { follow } from "./follow.ts";
import type { OperationKind } from "./kind.ts";
import { promote } from "./promote.ts";
import { rebuild } from "./rebuild.ts";
import { reload } from "./reload.ts";
import { restart } from "./restart.ts";
import { restore } from "./restore.ts";
import { rewind } from "./rewind.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { switch_wal } from "./switch_wal.ts";
import { switchover } from "./switchover.ts";

const kinds: readonly OperationKind[] = [
  backup,
  checkpoint,
  follow,
  promote,
  rebuild,
  reload,
  restart,
  restore,
  rewind,
  start,
  stop,
  switch_wal,
  switchover,
];

/** By name. */
export const operations: ReadonlyMap<string, OperationKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
