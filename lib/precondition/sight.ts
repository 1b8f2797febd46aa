/**
 * What one look at a server saw: all that preconditions are judged by.
 *
 * @module
 */
import type { ClusterChange } from "../scenario/model.ts";

/** From whom a replica receives WAL. */
export interface SeenReceiver {
  /** `streaming`, `waiting`, ... */
  status: string;
  host: string | null;
  port: number | null;
  /** The node that this address leads to; absent: none of the cluster. */
  node?: string;
  /** Whether it is the address that the stack itself gives, where no node is known by it. */
  isDeclared: boolean;
}

/** A replication slot that nobody uses. */
export interface SeenSlot {
  name: string;
  type: string;
  /** Null: it keeps no WAL. */
  restart: string | null;
  status: string | null;
  /** WAL it holds back, in bytes. */
  bytes: number | null;
}

/** One server, as it answered. */
export interface Sight {
  node: string;
  /** The role that the stack declares. */
  role: "primary" | "replica";
  /** The node it is to replicate from, by the stack or by the scenario. */
  upstream?: string;
  /** `server_version_num`. */
  version: number;
  /** The same only for the same run of the same server. */
  server: string;
  systemIdentifier: string;
  isReplica: boolean;
  /** `not paused`, `pause requested`, `paused`; null on a primary. */
  replay: string | null;
  /** Null: no WAL receiver runs. */
  receiver: SeenReceiver | null;
  /** Values as pg_settings has them; a setting that this version lacks is absent. */
  settings: Record<string, string>;
  /** Settings that wait for a restart. */
  pending: string[];
  idleSlots: SeenSlot[];
  /** Prepared transactions, one line each. */
  prepared: string[];
  /** What it answers to questions whose answer depends on settings and libraries, by question. */
  answers: Record<string, string>;
  /** Lines of its log that tell of a PANIC. */
  panics: string[];
}

/** Whether the scenario itself gives a setting to one of these nodes and not to every node. */
export function isArranged(
  { nodeSettings }: ClusterChange,
  setting: string,
  nodes: readonly string[],
): boolean {
  return nodes.some((node) =>
    Object.keys(nodeSettings[node] ?? {}).some((name) => name.toLowerCase() === setting)
  );
}

/** Whether the scenario itself gives a node a setting, be it to that node or to all. */
export function isSet(change: ClusterChange, setting: string, node: string): boolean {
  return isArranged(change, setting, [node]) ||
    Object.keys(change.settings).some((name) => name.toLowerCase() === setting);
}
