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

/**
 * Something that a scenario did to its nodes: a fault in effect, from its proof until it is healed,
 * or a planned operation. Times are milliseconds on the clock of `performance.now()`, as in ledgers.
 */
export interface Disturbance {
  /** `kill of master`. */
  what: string;
  kind: "fault" | "operation";
  from: number;
  /** Undefined: it lasts. */
  to: number | undefined;
}

/** Where the WAL of a primary ended when it was asked. */
export interface WalEnd {
  timeline: number;
  lsn: string;
  /** When the question was sent, on the clock of `performance.now()`: it ended there or later. */
  askedAt: number;
}

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
  /** Every fault and planned operation so far, in order of their beginning. */
  readonly disturbances: readonly Disturbance[];
  /** Where each primary's WAL was last seen to end: when it is gone nobody can ask it any more. */
  readonly walEnds: Map<Node, WalEnd>;
}
