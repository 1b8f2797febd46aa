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
  /** The file, where it is not the scenario's own: steps that come from another one by `use`. */
  file?: string;
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
  /** Path inside the scenario: `steps[2].while[0]`; `steps[2]#3` is the third time of `repeat`. */
  id: string;
  /** Where the step starts in the file. */
  place: Place;
  /** The step's own name, or what it does in words. Stable between runs. */
  title: string;
  /** Names that only this step's SQL may bind: `item` of `repeat`, the values of `use`. */
  scope?: Record<string, Operand>;
  /** Run it only where all of these hold; they are known before the case begins. */
  when?: Condition[];
}

/** What is compared by a condition. */
export interface Condition {
  /** The condition as it was written, its values in place. */
  text: string;
  /** Absent: it was decided while parsing, see `holds`. */
  subject?: "postgres" | "target";
  operator?: "=" | "!=" | ">" | ">=" | "<" | "<=";
  operand?: string;
  /** What parsing decided, from variables and the matrix. */
  holds?: boolean;
}

/** What of a statement can be kept under a name. */
export type Saved = "lsn" | "value" | "row" | "rows" | "row_count" | "timeline";

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
  /**
   * Expected to hang at least this long, in milliseconds. In a session it is left running, and
   * `end` with the session's name waits for what becomes of it; else it is cancelled.
   */
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
  /** Inject it once this load has so many acknowledged writes, counted from its start. */
  after?: { writes: number; of: string };
  /** Inject it once the WAL of the primary has been flushed up to here. */
  atLsn?: Operand;
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

/** Ends a load, a fault or a background lane, or awaits a session's statement, by its name. */
export interface EndStep extends StepBase {
  verb: "end";
  target: string;
  /** Expected error of the statement that the session runs: SQLSTATE or condition name. */
  error?: string;
  /** How that statement must have ended; see `lib/step/ending.ts`. */
  compare: Comparison;
  /** What of its answer is kept. */
  save: Record<string, Saved>;
}

/** A named list of steps that runs beside others. */
export interface Lane {
  name: string;
  steps: Step[];
}

/** Performs lanes at the same time and waits for all; the first failure stops the others. */
export interface ParallelStep extends StepBase {
  verb: "parallel";
  lanes: Lane[];
}

/** Starts a lane that runs beside the following steps, until `end` waits for it. */
export interface BackgroundStep extends StepBase {
  verb: "background";
  lane: Lane;
}

/** Performs the steps of another file. */
export interface UseStep extends StepBase {
  verb: "use";
  /** Path of the file, as `Place.file` has it. */
  file: string;
  steps: Step[];
}

/** Runs a command in a node. */
export interface ExecStep extends StepBase {
  verb: "exec";
  /** Program and arguments. */
  command: string[];
  node: NodeSelector;
  /** The exit status that is expected. */
  status: number;
  /** Judges what it wrote to its output, without the last line end. */
  compare: Comparison;
  /** Keeps the output under a name. */
  save: Record<string, "value">;
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
  | SleepStep
  | ParallelStep
  | BackgroundStep
  | UseStep
  | ExecStep;

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

/** What a scenario changes of the stack. */
export interface ClusterChange {
  /** Settings for every node. */
  settings: Record<string, string>;
  /** Settings of one node, by node name; stronger than `settings`. */
  nodeSettings: Record<string, Record<string, string>>;
  /** How many of the declared replicas take part. Absent: all. */
  replicas?: number;
  /** Which node a replica replicates from, where that is not what the stack says. */
  upstream?: Record<string, string>;
  /** Name of the physical slot that a replica uses on its upstream; `true`: one for every replica. */
  slots?: true | Record<string, string>;
  /** WAL is archived into a folder of the cluster, from which every replica can restore. */
  archive?: boolean;
  /** `synchronous_standby_names` of the primary, set once every replica streams. */
  synchronous?: string;
  /** Data checksums on or off, whatever the version's default. */
  checksums?: boolean;
}

/** Something to be gathered as evidence at the end of a case. */
export type Collected =
  | { title: string; node: NodeSelector; query: string }
  | { title: string; node: NodeSelector; log: string }
  | { title: string; node: NodeSelector; file: string };

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
  /** How often a case that ended in an error is tried again. Absent: as the run says. */
  retries?: number;
  /** Gathered before anything is undone, however the case went. */
  collect?: Collected[];
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
  /** The PostgreSQL version that it is to run on, when the matrix has an axis `postgres`. */
  postgres?: string;
}
