/**
 * Every precondition, those first that explain others. One line each.
 *
 * @module
 */
import { answers } from "./answers.ts";
import { floors } from "./floors.ts";
import { identity } from "./identity.ts";
import type { Precondition } from "./kind.ts";
import { panics } from "./panics.ts";
import { pending_restart } from "./pending_restart.ts";
import { prepared_transactions } from "./prepared_transactions.ts";
import { recovery_targets } from "./recovery_targets.ts";
import { replay } from "./replay.ts";
import { roles } from "./roles.ts";
import { settings } from "./settings.ts";
import { slots } from "./slots.ts";
import { system_identifier } from "./system_identifier.ts";
import { upstreams } from "./upstreams.ts";
import { versions } from "./versions.ts";

/** In the order in which they are told. */
export const preconditions: readonly Precondition[] = [
  identity,
  versions,
  system_identifier,
  roles,
  panics,
  floors,
  recovery_targets,
  pending_restart,
  settings,
  answers,
  upstreams,
  replay,
  slots,
  prepared_transactions,
];
