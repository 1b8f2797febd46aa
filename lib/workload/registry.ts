/**
 * Every kind of workload, by the word a scenario uses. One line each.
 *
 * @module
 */
import type { WorkloadKind } from "./kind.ts";
import { bank } from "./bank.ts";
import { heartbeat } from "./heartbeat.ts";
import { list_append } from "./list_append.ts";
import { sessions } from "./sessions.ts";

const kinds: readonly WorkloadKind[] = [bank, heartbeat, list_append, sessions];

/** By name. */
export const workloads: ReadonlyMap<string, WorkloadKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
