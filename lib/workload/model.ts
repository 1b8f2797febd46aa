/**
 * What a workload leaves: the history of what its clients asked and were answered.
 *
 * @module
 */
import type { History } from "../history/history.ts";

/** What was recorded, and of what. */
export interface Recording {
  /** The kind of workload: `sessions`, `bank`, ... */
  kind: string;
  history: History;
  /** From 1: how often this load was started so far. */
  round: number;
  /** Names of the nodes that were read; settled when it began. */
  readers: readonly string[];
  /** What `pg_stat_replication` said of replicas meanwhile, by name; no verdict rests on it. */
  serverLag: ReadonlyMap<string, ServerLag>;
}

/** Keeps the history of a load that has ended; resolves to where it is. */
export type KeepHistory = (what: {
  /** Id of the case. */
  case: string;
  load: string;
  recording: Recording;
}) => Promise<string>;

/** Samples of `replay_lag` of one replica. */
export interface ServerLag {
  /** Milliseconds. */
  values: number[];
  /** How often it was NULL. */
  nulls: number;
}
