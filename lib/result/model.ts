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
  Sample,
  SeenRole,
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

/** Something that happened to the cluster of a case. */
export interface Moment {
  /** Milliseconds since the run began. */
  t: number;
  kind: "fault-active" | "fault-healed" | "load-started" | "load-ended" | "role";
  /** What a beginning and its end have in common: the fault's or the load's name. */
  name?: string;
  text: string;
  node?: string;
}

/** A value over time. */
export interface Series extends Omit<Sample, "value"> {
  /** Milliseconds since the run began, and the value; null where it could not be seen. */
  points: [t: number, value: number | null][];
}

/** From `t` on, until the next one of the node, a node was seen in a role. */
export interface RoleSpan {
  t: number;
  node: string;
  role: SeenRole;
}

/** An attempt at a case that another one followed. */
export interface Attempt {
  /** From 1. */
  attempt: number;
  verdict: Verdict;
  ms: number;
  /** Those of its steps, then those outside any step. */
  problems: Problem[];
}

/** One case as it ended. */
export interface CaseResult extends Omit<CaseHead, "steps"> {
  verdict: Verdict;
  startedAt?: number;
  ms: number;
  worker?: number;
  attempts: number;
  /** The attempts before the one that is told here; absent when it is the first. */
  earlier?: Attempt[];
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
  /** Faults, loads and changes of role in order of time, for timelines. */
  timeline: Moment[];
  /** Values over time, if they were sampled. */
  series?: Series[];
  /** Roles of nodes over time, each where it changed, if they were sampled. */
  roles?: RoleSpan[];
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
      /** The exit code that the totals come to; see `exit.ts`. */
      exit: number;
    };
  totals: Totals;
  /** What went wrong outside any case. */
  problems: Problem[];
  /** Notes of the harness outside any case. */
  notes: string[];
  cases: CaseResult[];
}
