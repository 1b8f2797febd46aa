/**
 * What a change of a stack changed: the result of `compare`, of which every output is a pure function.
 *
 *     two stacks ──> changes ────┐
 *     two probes ──> in effect ──┼──> Comparison ──> text, JSON, Markdown, exit code
 *     turns ──┬─────> verdicts ──┤
 *             └─────> measures ──┘
 *
 * @module
 */
import type { Measure } from "../result/event.ts";

/** The stack as it was, and as it is to be. */
export type Which = "base" | "head";

/** A line of a file of one side. */
export interface Line {
  side: Which;
  /** From the root of the repository for a ref, else as the user can open it. */
  file: string;
  /** From 1; absent where lines mean nothing. */
  line?: number;
}

/** Something that the files of the two stacks say differently. */
export interface Change {
  /** `setting`: of a server. `rule`: of pg_hba.conf. `compose`: of a compose file. `file`: mounted. */
  kind: "setting" | "rule" | "compose" | "file";
  /** `wal_keep_size`, `access rule`, `shm_size`, or the name of a file. */
  what: string;
  /** The nodes it is about; empty: the stack as a whole. */
  nodes: string[];
  /** Absent: not there. */
  before?: string;
  after?: string;
  /** In the head; in the base where the head has nothing of it. */
  place?: Line;
  /** The servers run with the same value on both sides: it is written differently, or overruled. */
  isInert?: true;
}

/** A setting with which servers of the two stacks run differently. */
export interface InEffect {
  name: string;
  nodes: string[];
  /** Absent: the server does not know it. */
  before?: string;
  after?: string;
  /** Where the head's files set it; absent: they do not. */
  place?: Line;
}

/** How often a case ended how, on one side. */
export interface Tally {
  passed: number;
  failed: number;
  error: number;
  waived: number;
  /** Skipped, or the target cannot run it. */
  unrun: number;
}

/**
 * What became of a case. `broke`: passed on the base, fails on the head. `fails`: fails on the head,
 * and the base did not pass either. `undecided`: a side could not be judged.
 */
export type Course = "broke" | "fails" | "mended" | "passes" | "undecided" | "waived" | "not-run";

/** A case on both sides. */
export interface CaseChange {
  id: string;
  file: string;
  name: string;
  course: Course;
  base: Tally;
  head: Tally;
  /** Of the first turn that says why; on the head where that did not pass. */
  problem?: { side: Which; file: string; line: number; step: string; text: string };
  /** What of the changes it may come from, by their index: the one there is, or those it names. */
  suspects: number[];
}

/** Values of a measure on one side, one a turn. */
export interface Values {
  n: number;
  median: number;
  min: number;
  max: number;
}

/** A measure on both sides. */
export interface MeasureChange {
  case: string;
  name: string;
  unit: Measure["unit"];
  node?: string;
  base: Values;
  head: Values;
  /** By how much the head is above the base: the median of all differences. */
  difference: number;
  /** Where that lies with this confidence, by ranks; absent: too few values. */
  interval?: { low: number; high: number; confidence: number };
  /** Its own limit: absolute, and judged by the scenario itself. */
  limit?: number;
  /** A relative gate that was asked for. */
  gate?: { rule: string; verdict: "within" | "exceeded" | "inconclusive"; why: string };
}

/** One of the two stacks. */
export interface SideHead {
  /** As the user named it. */
  name: string;
  /** Absent for a folder. */
  commit?: string;
  /** SHA-256 over its files. */
  hash: string;
  /** Why it does not come up, where it was tried and does not. */
  down?: string;
}

/** What a comparison came to. */
export interface Comparison {
  schema: "pgproof/comparison/1";
  base: SideHead;
  head: SideHead;
  changes: Change[];
  /** Files that differ in nothing that means anything: comments, order of keys. */
  reworded: string[];
  /** Absent: nothing was run. */
  run?: {
    target: string;
    postgres: { base: string; head: string };
    seed: number;
    /** How often every case was run on each side. */
    turns: Record<Which, number>;
    cores: number;
    /** Why it ended before every turn was run. */
    stopped?: string;
  };
  inEffect: InEffect[];
  cases: CaseChange[];
  measures: MeasureChange[];
  /** Gates that no measure answered to. */
  unmeasured: string[];
  notes: string[];
  exit: number;
}
