/**
 * Every planned operation, by the word a scenario uses. One line each.
 *
 * @module
 */
import { checkpoint } from "./checkpoint.ts";
import { follow } from "./follow.ts";
import type { OperationKind } from "./kind.ts";
import { promote } from "./promote.ts";
import { rebuild } from "./rebuild.ts";
import { reload } from "./reload.ts";
import { restart } from "./restart.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { switch_wal } from "./switch_wal.ts";

const kinds: readonly OperationKind[] = [
  checkpoint,
  follow,
  promote,
  rebuild,
  reload,
  restart,
  start,
  stop,
  switch_wal,
];

/** By name. */
export const operations: ReadonlyMap<string, OperationKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
