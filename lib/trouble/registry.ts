/**
 * Every trouble. Of two that fit one line the first is told.
 *
 * @module
 */
import { accessTroubles, unreachableUpstream } from "./access.ts";
import { configurationTroubles } from "./configuration.ts";
import type { Trouble } from "./kind.ts";
import { resourceTroubles } from "./resources.ts";
import { walTroubles } from "./wal.ts";

/** In the order in which they are told. */
export const troubles: readonly Trouble[] = [
  ...accessTroubles,
  ...walTroubles,
  ...configurationTroubles,
  ...resourceTroubles,
  unreachableUpstream,
];
