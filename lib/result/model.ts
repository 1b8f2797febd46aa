/**
 * The result of a run: what `result.json` holds and every report is a pure function of.
 * Version 1 only grows; a change that breaks readers gets a new version.
 *
 * @module
 */
import type {
  CaseHead,
  Evidence,
  Measure,
  Problem,
  RunEnded,
  RunStarted,
  StepHead,
  Verdict,
} from "./event.ts";

/** One step as it ended. Steps that were not reached are `skipped`. */
export interface StepResult extends StepHead {
  verdict: Verdict;
  /** Milliseconds since the run began; absent when it was not reached. */
  startedAt?: number;
  ms: number;
  looks?: number;
  problem?: Problem;
  evidence: Evidence[];
}

/** One case as it ended. */
export interface CaseResult extends Omit<CaseHead, "steps"> {
  verdict: Verdict;
  startedAt?: number;
  ms: number;
  worker?: number;
  attempts: number;
  reason?: string;
  /** Problems outside any step. */
  problems: Problem[];
  cluster?: {
    ms: number;
    nodes: { name: string; role: string; host: string; port: number }[];
    translations: string[];
  };
  steps: StepResult[];
  measures: (Measure & { step?: string })[];
  /** Faults and loads in order of time, for timelines. */
  timeline: { t: number; kind: string; text: string; node?: string }[];
  /** What was collected at a failure, before undo. */
  evidence: Evidence[];
  notes: string[];
}

/** How many cases ended how. */
export type Totals = Record<Verdict, number> & { cases: number };

/** The whole run. */
export interface Result {
  schema: "pgproof/result/1";
  run:
    & Omit<RunStarted, "type" | "cases">
    & Partial<Omit<RunEnded, "type">>
    & {
      /** ISO 8601, UTC. */
      startedAt: string;
      /** False when the events stop before the run ended (the harness was killed). */
      complete: boolean;
    };
  totals: Totals;
  cases: CaseResult[];
}
