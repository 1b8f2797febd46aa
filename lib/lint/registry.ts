/**
 * Every smell. One line each.
 *
 * @module
 */
import { cannotFail } from "./cannot_fail.ts";
import { hastyComparison } from "./hasty_comparison.ts";
import { judgedRole } from "./judged_role.ts";
import type { Smell } from "./kind.ts";
import { noSchemaLine, noTags, noWhy } from "./missing.ts";
import { nameTwice } from "./name_twice.ts";
import { needlessWithin } from "./needless_within.ts";
import { sleep } from "./sleep.ts";
import { unjudgedLoad } from "./unjudged_load.ts";
import { unusedLoad, unusedName, unusedSession, unusedVar } from "./unused.ts";
import { unwatchedFault } from "./unwatched_fault.ts";

/** In the order of their names. */
export const smells: readonly Smell[] = [
  cannotFail,
  hastyComparison,
  judgedRole,
  nameTwice,
  needlessWithin,
  noSchemaLine,
  noTags,
  noWhy,
  sleep,
  unjudgedLoad,
  unusedLoad,
  unusedName,
  unusedSession,
  unusedVar,
  unwatchedFault,
];
