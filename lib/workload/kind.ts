/**
 * What a workload is: statements of the harness's own, made so that what clients are answered tells
 * whether a guarantee holds. One file per kind, one line in `registry.ts`.
 *
 *     kind ──actors──> client ──tasks──> servers
 *                        └──what was asked, what was answered──> History ──> checkers
 *
 * @module
 */
import type { MicroOp, Reading } from "../history/history.ts";
import type { Measure } from "../result/event.ts";
import type { Isolation } from "../scenario/model.ts";
import type { Recording } from "./model.ts";

/** How a task speaks to its server. */
export interface Talk {
  /**
   * The rows of one statement.
   * @throws {SqlError}
   */
  ask(sql: string, parameters?: unknown[]): Promise<unknown[][]>;
  /**
   * Statements in one transaction, at the workload's isolation level.
   * @throws {SqlError}, or what `work` throws.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

/** One operation of a client. */
export interface Task {
  /** The reader it goes to, by name; undefined: where the workload writes. */
  reader?: string | undefined;
  /** It asks the server about itself, which is no part of the history. */
  isAside?: boolean;
  /** What it asks, as the history has it. */
  ops: readonly MicroOp[];
  /** Asks it; gives what was read, with a place for each of `ops`. */
  perform(talk: Talk): Promise<readonly Reading[]>;
}

/** A task takes itself back, because of what it read. */
export class Declined extends Error {
  override name = "Declined";
}

/** One client: it has one task at a time. */
export interface Actor {
  /** From one task to the next, in milliseconds; what it is late is not made up for. */
  intervalMs: number;
  /** Its next task. */
  next(): Task;
  /** After the end: whether it still has to look for what was written last. Absent: it has not. */
  lingers?(): boolean;
}

/** What the actors of a workload are made for. */
export interface Ground {
  /** Name of its table, quoted. */
  table: string;
  clients: number;
  ratePerSecond: number;
  /** Names of the nodes that are read. */
  readers: readonly string[];
  /** Choices of the client with this number, from the seed. */
  randomOf(client: number): () => number;
  /** Keeps what the primary says of a replica's lag, in milliseconds; null: it says nothing. */
  noteServerLag(replica: string, ms: number | null): void;
}

/** A kind of workload. */
export interface WorkloadKind {
  name: string;
  /** One sentence for people. */
  summary: string;
  /** It has one client that writes, whatever else looks on. */
  isSingle?: boolean;
  /** SQL that makes its table. */
  setup(table: string): string;
  actors(ground: Ground): Actor[];
  /** What it measures beside the times of its writes; `name` is that of the load. */
  measures?(name: string, recording: Recording): Measure[];
}

/** The isolation level when a scenario says none; a hot standby refuses serializable. */
export const isolationDefault: Isolation = "repeatable read";

/** Clients that take turns: together they come to the rate. */
export function inTurns({ clients, ratePerSecond }: Ground): number {
  return clients * 1000 / ratePerSecond;
}

/** One of a list. */
export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}
