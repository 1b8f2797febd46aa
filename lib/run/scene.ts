/**
 * What a fact, a fault or an operation may look at and touch while a case runs.
 *
 * @module
 */
import type { Cluster, LogMark, Node } from "../cluster/model.ts";
import type { Observer } from "../cluster/observer.ts";
import type { Roles } from "../cluster/roles.ts";
import type { Links } from "../link/links.ts";
import type { RunningLoad } from "../load/model.ts";
import type { Emit } from "../result/event.ts";
import type { Stack } from "../stack/model.ts";

/** The stage on which a case plays. */
export interface Scene {
  /** Id of the case, for events. */
  readonly case: string;
  readonly stack: Stack;
  readonly cluster: Cluster;
  /** SQL on connections of its own, one per node, reopened when lost. */
  readonly observer: Observer;
  /** Who is primary, who replicates: found by asking. */
  readonly roles: Roles;
  /** The relays between nodes, where faults need them. */
  readonly links: Links;
  /** Every load started so far, ended ones included, by name. */
  readonly loads: ReadonlyMap<string, RunningLoad>;
  /** Log positions of each node as of the start of the scenario, by node name. */
  readonly logStart: ReadonlyMap<string, LogMark>;
  /** Log positions as of the start of each step, by the step's name, then by node name. */
  readonly stepLogs: ReadonlyMap<string, ReadonlyMap<string, LogMark>>;
  /** The flush LSN of the primary after the last acting statement, if there was one. */
  readonly lastWrite: { lsn: string; node: string } | undefined;
  /** A number in [0, 1) from the case's seed. */
  readonly random: () => number;
  readonly emit: Emit;
  /** Nodes a declared fault or planned operation disturbs now: not answering is excused there. */
  readonly disturbed: ReadonlySet<Node>;
}
