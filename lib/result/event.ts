/**
 * What happens in a run, as it happens: one line of `events.ndjson` each. `result.json` and every
 * report are made from these and from nothing else, so a run that was killed half-way still renders.
 *
 *     run ──emit──> EventSink ──> events.ndjson, live progress
 *                       └─ fold ─> Result ─render─> reports
 *
 * @module
 */
import type { Place } from "../scenario/model.ts";

/**
 * The verdicts, three-valued where it matters: `error` means "could not decide", it is never a pass.
 * `flaky`: passed on a retry after an error. `not-run`: the target cannot do what it `requires`.
 */
export type Verdict =
  | "passed"
  | "failed"
  | "error"
  | "flaky"
  | "skipped"
  | "not-run"
  | "waived";

/** A piece of what a verdict rests on. */
export interface Evidence {
  /** `lsn`, `log`, `rows`, `query`, `process`, `setting`, `ledger`, `error`, ... */
  kind: string;
  /** Node it was taken from; absent for the cluster as a whole. */
  node?: string;
  /** One line for people. */
  text: string;
  /** The same for programs. */
  data?: unknown;
}

/** A measured value with a name; what `measure:` and loads produce. */
export interface Measure {
  name: string;
  unit: "ms" | "bytes" | "per_second" | "count";
  n: number;
  median: number;
  min: number;
  max: number;
  p90?: number;
  p95?: number;
  p99?: number;
  p999?: number;
  /** The limit it was judged by, if any, and how: by `below` unless this says otherwise. */
  limit?: number;
  bound?: "below" | "at_most" | "above" | "at_least";
  /** What the step that measured it came to; of a load there is none. */
  verdict?: "passed" | "failed" | "error";
  /** What it is made of, in order of time, unless they are very many. */
  values?: number[];
  node?: string;
  /** How far the value may be from the truth, same unit: the sampling interval of a wait. */
  uncertainty?: number;
}

/** Why something did not pass, in the words of every report. */
export interface Problem {
  /** Stable, for programs: `Mismatch`, `Deadline`, `LostWrites`, `FaultDidNotBite`, ... */
  code: string;
  /** One line: what was expected. */
  expected: string;
  /** One line: what was seen last. */
  seen: string;
  /** Further lines: how often it looked, which deadline ended it, what to look at. */
  notes: string[];
}

/** What each event carries. */
export interface EventBase {
  /** Milliseconds since the run began, on the run's one monotonic clock. */
  t: number;
  /** Wall-clock time, ISO 8601, UTC. */
  at: string;
}

/** The run begins. */
export interface RunStarted {
  type: "run-started";
  runId: string;
  tool: { name: string; version: string };
  runtime: { deno: string; os: string; arch: string; cores: number };
  target: { name: string; description: string; why: string };
  postgres: string;
  stack: {
    file: string;
    hash: string;
    objectives: Record<string, unknown>;
    /** What its files give to each node: settings by name, and access rules as `pg_hba.conf`. */
    settings?: Record<string, Record<string, string>>;
  };
  seed: number;
  workers: number;
  /** Arguments as given, secrets masked. */
  argv: string[];
  /** Ids of every case of the whole run in its order, when this run is one shard of it. */
  plan?: string[];
  /** Text of the scenario files, and of the files they use, by path; for excerpts in reports. */
  sources?: Record<string, string>;
  /** Controls that somebody has accepted not to be satisfied. */
  waivers?: Waiver[];
  cases: CaseHead[];
}

/** A control whose failing somebody has accepted, for a time. */
export interface Waiver {
  /** `claim:G1`, or a framework and its control: `cis-postgresql-17:7.5`. */
  control: string;
  reason: string;
  owner: string;
  /** The last day on which it counts, `YYYY-MM-DD`, UTC. */
  expires: string;
}

/** What is known of a case before it runs. */
export interface CaseHead {
  id: string;
  file: string;
  line: number;
  name: string;
  why?: string;
  tags: string[];
  controls: string[];
  combination: Record<string, unknown>;
  seed: number;
  /** Steps in file order, nested ones included, and invariants: what a full run would judge. */
  steps: StepHead[];
}

/** What is known of a step before it runs. */
export interface StepHead {
  id: string;
  place: Place;
  title: string;
  /** The verb, or `invariant`. */
  verb: string;
  /** `setup`, `steps`, `finally`, `always`. */
  section: string;
}

/** A case begins, on a worker; `attempt` counts from 1. */
export interface CaseStarted {
  type: "case-started";
  case: string;
  worker: number;
  attempt: number;
}

/** Its cluster is up. */
export interface ClusterCreated {
  type: "cluster-created";
  case: string;
  ms: number;
  nodes: { name: string; role: string; host: string; port: number }[];
  translations: string[];
}

/** A step begins. */
export interface StepStarted {
  type: "step-started";
  case: string;
  step: string;
  /** What it is, where the plan does not have it: a precondition that does not hold. */
  head?: StepHead;
}

/** A step ended. An invariant ends once, when its case does, or at its first violation. */
export interface StepEnded {
  type: "step-ended";
  case: string;
  step: string;
  verdict: Verdict;
  ms: number;
  problem?: Problem;
  evidence: Evidence[];
  /** How often an observing step or invariant looked. */
  looks?: number;
}

/** A named value was measured. */
export interface Measured {
  type: "measured";
  case: string;
  step?: string;
  measure: Measure;
}

/** A fault was injected and proven, or healed and proven gone. */
export interface FaultChanged {
  type: "fault";
  case: string;
  fault: string;
  as: string;
  node: string | null;
  change: "active" | "healed";
  proof: string;
}

/** A load began or ended; at the end with its counts. */
export interface LoadChanged {
  type: "load";
  case: string;
  load: string;
  change: "started" | "ended";
  counts?: { sent: number; acknowledged: number; refused: number; unknown: number };
}

/** What a node was when it was looked at; `silent`: there, but without an answer in time. */
export type SeenRole = "primary" | "replica" | "down" | "silent";

/** A value at one moment. */
export interface Sample {
  /** `lag_bytes`, `lag_time`, or of a load: `orders.acknowledged`, `orders.refused`, ... */
  name: string;
  unit: Measure["unit"];
  node?: string;
  /** Null: it could not be seen. */
  value: number | null;
}

/** What was seen of a case at one moment, several times a second: for pictures, never for verdicts. */
export interface Sampled {
  type: "sampled";
  case: string;
  /** By node. */
  roles: Record<string, SeenRole>;
  values: Sample[];
}

/** Anything else worth a line: evidence taken at a failure, undo acts, notes of the harness. */
export interface Noted {
  type: "note";
  case?: string;
  step?: string;
  kind: "evidence" | "undo" | "undo-failed" | "warning" | "role";
  text: string;
  evidence?: Evidence[];
}

/** A case ended. */
export interface CaseEnded {
  type: "case-ended";
  case: string;
  verdict: Verdict;
  ms: number;
  /** Problems outside any step: creation, undo, deadline. */
  problems: Problem[];
  /** Why it was skipped or not run. */
  reason?: string;
}

/** The run ended. */
export interface RunEnded {
  type: "run-ended";
  ms: number;
  interrupted: boolean;
  /** Milliseconds in which the harness itself was busy (not waiting for servers), if it was measured. */
  harnessMs?: number;
}

/** Every kind of event, without its times. */
export type EventBody =
  | RunStarted
  | CaseStarted
  | ClusterCreated
  | StepStarted
  | StepEnded
  | Measured
  | FaultChanged
  | LoadChanged
  | Sampled
  | Noted
  | CaseEnded
  | RunEnded;

/** One line of `events.ndjson`. */
export type RunEvent = EventBase & EventBody;

/** Takes events; adds the times, masks secrets. */
export type Emit = (event: EventBody) => void;
