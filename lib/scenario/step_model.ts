/**
 * What the steps of a scenario say, by verb, after parsing.
 *
 * @module
 */
import type { NodeSelector, Operand, Place } from "./values.ts";

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
  /** Connect through the pooler that the harness runs in front of the nodes. */
  through?: "pooler";
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
  through?: "pooler";
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

/** Performs faults by chance, one after the other. */
export interface RandomStep extends StepBase {
  verb: "random";
  /** What may be drawn; each without a time, a moment or steps of its own. */
  faults: FaultStep[];
  /** How long, in milliseconds. */
  forMs: number;
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
  | RandomStep
  | UseStep
  | ExecStep;

/** The name of a verb. */
export type Verb = Step["verb"];
