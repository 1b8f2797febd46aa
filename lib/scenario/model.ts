/**
 * What one scenario says, after parsing: plain data, units resolved, every node of it tied to its
 * place in the file. Nothing here performs anything.
 *
 *     text ─parse─> Scenario (this file) ─plan─> Case
 *
 * @module
 */

/** A place in a scenario file; line and column count from 1. */
export interface Place {
  /** Line, from 1. */
  line: number;
  /** Column, from 1. */
  column: number;
}

/** `${name}` where the value is only known at run time, because a step saves it. */
export interface Ref {
  /** The saved name. */
  ref: string;
}

/** A scalar as YAML 1.2 core knows it, or a list of them. */
export type Value = string | number | boolean | null | Value[];

/** A value, or the name under which a step will have saved one. */
export type Operand = Value | Ref;

/**
 * Where a step looks or acts: a node's name, or a role that is found when the step starts:
 * `primary`, `replicas`, `all`, `any replica`, `old primary`, `most advanced replica`.
 */
export type NodeSelector = string;

/** The comparisons of a step; all that are given must hold. */
export interface Comparison {
  is?: Operand;
  not?: Operand;
  below?: Operand;
  above?: Operand;
  at_most?: Operand;
  at_least?: Operand;
  /** A regular expression that must match. */
  matches?: string;
  /** A regular expression that must not match. */
  lacks?: string;
}

/** How long an observing step may take and must hold; all in milliseconds. */
export interface Timing {
  /** Must become true before this long has passed. */
  withinMs?: number;
  /** Must stay true for this long. */
  forMs?: number;
  /** Sampling interval. */
  everyMs?: number;
}

/** What every step has. */
export interface StepBase {
  /** Path inside the scenario: `steps[2].while[0]`. */
  id: string;
  /** Where the step starts in the file. */
  place: Place;
  /** The step's own name, or what it does in words. Stable between runs. */
  title: string;
}

/** What of an acting statement can be kept under a name. */
export type Saved = "lsn" | "value" | "row" | "rows" | "row_count";

/** Runs SQL once. */
export interface SqlStep extends StepBase {
  verb: "sql";
  sql: string;
  node: NodeSelector;
  session?: string;
  /** Log in as this role instead of the stack's user. */
  as?: string;
  /** Expected error: SQLSTATE or condition name. */
  error?: string;
  /** Expected to hang at least this long, in milliseconds. */
  blocksMs?: number;
  save: Record<string, Saved>;
}

/** Reads, and compares what it read. */
export interface QueryStep extends StepBase, Timing {
  verb: "query";
  sql: string;
  node: NodeSelector;
  session?: string;
  as?: string;
  error?: string;
  /** Wait for this LSN to be replayed, then look exactly once. */
  lsn?: Operand;
  compare: Comparison;
  save: Record<string, Saved>;
  measure?: string;
}

/** Judges a fact. */
export interface ExpectStep extends StepBase, Timing {
  verb: "expect";
  fact: string;
  /** Absent: the fact's own default. */
  node?: NodeSelector;
  compare: Comparison;
  /** The fact's other adjectives (`of`, `lsn`, `tables`, ...), validated by its own schema. */
  words: Record<string, unknown>;
  measure?: string;
}

/** Makes something happen to the stack. */
export interface FaultStep extends StepBase {
  verb: "fault";
  fault: string;
  node?: NodeSelector;
  /** Name by which `end:`, `during:` and `outside:` speak of it. Default: the fault's kind. */
  as: string;
  /** Hold it this long, in milliseconds. */
  forMs?: number;
  words: Record<string, unknown>;
  /** Absent: the fault lasts until `end:` or the end of the scenario. */
  while?: Step[];
}

/** A planned operation. */
export interface DoStep extends StepBase {
  verb: "do";
  operation: string;
  node: NodeSelector;
  words: Record<string, unknown>;
  withinMs?: number;
  measure?: string;
}

/** Changes settings by ALTER SYSTEM, until the end of the scenario. */
export interface SetStep extends StepBase {
  verb: "set";
  settings: Record<string, string>;
  node: NodeSelector;
}

/** Starts a named load. */
export interface LoadStep extends StepBase {
  verb: "load";
  load: string;
}

/** Ends a load or a fault by its name. */
export interface EndStep extends StepBase {
  verb: "end";
  target: string;
}

/** Waits; the reason is mandatory. */
export interface SleepStep extends StepBase {
  verb: "sleep";
  ms: number;
  because: string;
}

/** One step. */
export type Step =
  | SqlStep
  | QueryStep
  | ExpectStep
  | FaultStep
  | DoStep
  | SetStep
  | LoadStep
  | EndStep
  | SleepStep;

/** The name of a verb. */
export type Verb = Step["verb"];

/** A rule that must hold all the time, sampled from after setup until before `finally`. */
export interface Invariant {
  id: string;
  place: Place;
  title: string;
  /** The fact or query that is sampled; its `withinMs` and `forMs` are absent. */
  look: ExpectStep | QueryStep;
  everyMs: number;
  /** How long it may be false, or unseen, before that counts. */
  graceMs: number;
  /** Judge only while this fault is active. */
  during?: string;
  /** Judge only while this fault is not active. */
  outside?: string;
}

/** A named workload. */
export interface LoadSpec {
  name: string;
  place: Place;
  /** One operation is these statements, in one transaction when there are several. `:n` counts from 1. */
  statements: string[];
  /** Operations per second, scheduled evenly, whatever the server does (an open loop). */
  ratePerSecond: number;
  clients: number;
  /** Where operations are sent; found anew at each connect. */
  node: NodeSelector;
  /** `table.column` that holds `:n` of each write. Absent: writes are not recorded. */
  ledger?: { table: string; column: string };
  /** Values of the names in the statements other than `:n`: variables, the matrix combination. */
  vars?: Record<string, Value>;
}

/** What a scenario changes of the stack. */
export interface ClusterChange {
  /** Settings for every node. */
  settings: Record<string, string>;
  /** Settings of one node, by node name; stronger than `settings`. */
  nodeSettings: Record<string, Record<string, string>>;
  /** How many of the declared replicas take part. Absent: all. */
  replicas?: number;
}

/** One scenario, ready to be planned. */
export interface Scenario {
  /** Path as the user gave it, relative to the working directory. */
  file: string;
  place: Place;
  name: string;
  why?: string;
  tags: string[];
  controls: string[];
  requires: string[];
  cluster: ClusterChange;
  /** Constants; those of a variant include its combination. */
  vars: Record<string, Value>;
  load: LoadSpec[];
  always: Invariant[];
  setup: Step[];
  steps: Step[];
  finally: Step[];
  /** Whole scenario, cluster creation excluded, in milliseconds. */
  timeoutMs: number;
  seed?: number;
  /** Last line of the file. */
  endLine?: number;
  /** One per matrix combination, each parsed with its values in place. Absent without a matrix. */
  variants?: Variant[];
}

/** A scenario under one combination of its matrix. */
export interface Variant {
  combination: Record<string, Value>;
  scenario: Scenario;
}

/** One run of a scenario: one combination of its matrix, one repetition. */
export interface Case {
  /** Unique within a run, stable between runs: `scenarios/a.yaml`, `a.yaml[how=kill]`, `a.yaml#2`. */
  id: string;
  scenario: Scenario;
  /** The matrix combination; empty without a matrix. */
  combination: Record<string, Value>;
  /** From 1, with `--repeat`. */
  repetition: number;
  /** Drives every random choice of this case. */
  seed: number;
}
