/**
 * A background workload and its ledger: the record, kept outside the cluster, of what was sent and
 * what became of it. Verdicts about lost writes rest on it, so it never guesses.
 *
 * @module
 */
import type { LoadSpec } from "../scenario/model.ts";
import type { Measure } from "../result/event.ts";
import type { Recording } from "../workload/model.ts";

/**
 * What became of an operation. `acknowledged`: the server answered success, without a warning.
 * `refused`: it certainly did not happen (an error before or instead of COMMIT, no connection).
 * `unknown`: no answer, a broken connection, or a WARNING with the answer.
 */
export type Fate = "acknowledged" | "refused" | "unknown";

/** One operation. Times are milliseconds on the clock of `performance.now()`. */
export interface Operation {
  /** `:n`, from 1. */
  n: number;
  /** When the schedule wanted it sent; latency counts from here. In a closed loop `sentAt`. */
  scheduledAt: number;
  /** When it was sent; NaN when no connection could be had. */
  sentAt: number;
  endedAt: number;
  fate: Fate;
  /** SQLSTATE or socket error of what was refused or unknown. */
  code?: string;
  /** Node it was sent to; empty when none could be reached. */
  node: string;
  /** The client that sent it, from 0: a session of its own. -1 when none did. */
  client: number;
  /** What an acknowledged read found: the first value of the last row, as text; null: no row, or null. */
  value?: string | null;
}

/** Everything a load has done so far, in order of completion. */
export interface Ledger {
  readonly operations: readonly Operation[];
  /** The `:n` of every operation with that fate. */
  ids(fate: Fate): Set<number>;
  /** `sent` counts what really was, with those in flight; a refused one may never have been sent. */
  counts(): { sent: number; acknowledged: number; refused: number; unknown: number };
}

/** A load that was started. */
export interface RunningLoad {
  readonly spec: LoadSpec;
  readonly ledger: Ledger;
  readonly startedAt: number;
  /** Of a workload: what its clients asked and were answered. */
  readonly recording?: Recording;
  /** When it was told to end; undefined while it runs. */
  readonly endedAt: number | undefined;
  /**
   * What kept the generator itself from its work in the last `windowMs` milliseconds before now or
   * the end, in a sentence; undefined when nothing did, and what is missing is the database's doing.
   */
  trouble(windowMs: number): string | undefined;
  /** Operations acknowledged per second over the last `windowMs` milliseconds before now or the end. */
  rate(windowMs: number): number;
  /**
   * Stops the schedule and waits for what is in flight, as long as the signal allows; what is still
   * in flight then is unknown. Idempotent.
   */
  end(signal: AbortSignal): Promise<void>;
  /** Latency from the schedule and from the send, schedule slip, achieved rate: see measures.ts. */
  measures(): Measure[];
}
