/**
 * What the declared workloads of a scenario say, after parsing.
 *
 * @module
 */
import type { NodeSelector, Place, Value } from "./values.ts";

/** A named workload. */
export interface LoadSpec {
  name: string;
  place: Place;
  /** One operation is one of these; which one is drawn by weight. `:n` counts operations from 1. */
  scripts: Script[];
  /** Names in the statements that each operation draws anew. */
  draws?: Record<string, Draw>;
  /**
   * Operations per second, scheduled evenly, whatever the server does (an open loop). Infinity: a
   * closed loop, in which each client sends its next operation when the last one is answered.
   */
  ratePerSecond: number;
  /** It only reads: the first value of each answer is kept with the operation. */
  isRead?: boolean;
  clients: number;
  /** Where operations are sent; found anew at each connect. Of several nodes clients take turns. */
  node: NodeSelector;
  /** `table.column` that holds `:n` of each write. Absent: writes are not recorded. */
  ledger?: { table: string; column: string };
  /** Statements of the harness's own, whose history is recorded; there are no scripts then. */
  workload?: WorkloadSpec;
  /** A script that pgbench performs; there are no scripts then, and no ledger. */
  pgbench?: string;
  /** Values of the names in the statements other than `:n`: variables, the matrix combination. */
  vars?: Record<string, Value>;
}

/** Isolation level of a workload's transactions. */
export type Isolation = "read committed" | "repeatable read" | "serializable";

/** Which workload a load is, and where its clients read. */
export interface WorkloadSpec {
  kind: string;
  /** Found when the load starts; clients read on each of them. */
  readers: NodeSelector;
  isolation: Isolation;
}

/** What one operation of a load does. */
export interface Script {
  /** How often, beside the weights of the load's other scripts. */
  weight: number;
  /** In one transaction when there are several. */
  statements: string[];
}

/** Where a random parameter of a load comes from. Bounds are included. */
export type Draw =
  | { kind: "uniform" | "zipfian" | "exponential"; low: number; high: number; skew: number }
  | { kind: "sequence"; from: number }
  | { kind: "choice"; values: Value[] };
