/**
 * A mutant: a change to the stack, and what must see it. Plain data; nothing here performs anything.
 *
 *     fixtures/mutants/*.yaml ─read─> Mutant ─apply─> a copy of the stack ─run─> cases ─judge─> Outcome
 *
 * @module
 */
import type { Place, Value } from "../scenario/model.ts";
import type { Path } from "../scenario/document.ts";

/** What is written at a path of a YAML document. */
export type Written =
  | { is: unknown }
  | { remove: true }
  | { before: readonly unknown[] }
  | { after: readonly unknown[] };

/** A server setting, in the mounted file for every node, or on the command line of one. */
export interface SettingChange {
  kind: "setting";
  name: string;
  /** Absent: every node. */
  node?: string;
  /** Absent: its line is taken out. */
  value?: string;
}

/** A key of the compose file. */
export interface ComposeChange {
  kind: "compose";
  path: Path;
  written: Written;
}

/** A file that the stack mounts. */
export interface FileChange {
  kind: "file";
  /** From the folder of the compose file. */
  file: string;
  /** Only this node sees it changed. Absent: all. */
  node?: string;
  /** This text, which stands there once, becomes `by`. Absent: `append` says what is added. */
  replace?: string;
  by?: string;
  append?: string;
}

/** Statements on running nodes, as soon as the cluster is up. */
export interface SqlChange {
  kind: "sql";
  statements: readonly string[];
  /** A node's name, `primary`, `replicas` or `all`, by what the stack declares. */
  node: string;
  /** A query that answers true once the change is in effect. */
  until?: string;
}

/** A part of the scenario that must see it: what happens at a moment that only it knows. */
export interface ScenarioChange {
  kind: "scenario";
  path: Path;
  written: Written;
}

/** One part of what a mutant changes. */
export type Change =
  & (SettingChange | ComposeChange | FileChange | SqlChange | ScenarioChange)
  & { place: Place };

/** What must see a mutant. */
export interface Kill {
  /** Path of the scenario, from the working directory. */
  scenario: string;
  /** Values that axes of its matrix must have. */
  matrix: Readonly<Record<string, Value>>;
  /** Title of the step, invariant or precondition that must fail. Absent: see `start`. */
  check?: string;
  /** The stack must not come up, and what is said then matches this. */
  start?: string;
  /** A regular expression that what the check saw must match. */
  seen?: string;
  /** Whether what the stack does shows it, or only what it is configured with. */
  by: "behaviour" | "configuration";
}

/** One file of `fixtures/mutants`. */
export interface Mutant {
  /** Path as the user gave it, relative to the working directory. */
  file: string;
  /** The text of the file, for messages about it. */
  text: string;
  name: string;
  why: string;
  targets: readonly ("local" | "compose")[];
  /** Compose files, from the stack's folder, laid over it: it is run where these are, no others. */
  overlays: readonly string[];
  changes: readonly Change[];
  /** Absent: it is equivalent, and `green` must not see anything. */
  kill?: Kill;
  /** Scenarios that must pass, from the working directory. Empty: see `kill`. */
  green: readonly string[];
  /** Where the value at a path of the file stands. */
  placeOf(path: Path): Place;
}

/** What became of a mutant. `killed` and `equivalent` are as they should be. */
export type Outcome =
  | "killed"
  | "killed-otherwise"
  | "survived"
  | "equivalent"
  | "false-alarm"
  | "invalid"
  | "not-run";

/** What a run of one mutant came to. */
export interface MutantResult {
  file: string;
  name: string;
  why: string;
  outcome: Outcome;
  /** One line: what was seen. */
  seen: string;
  /** What must see it; absent for equivalents. */
  expected?: Pick<Kill, "scenario" | "check" | "start" | "seen" | "by">;
  ms: number;
  /** Where its events are, for `report`. */
  events?: string;
  /** With `--full`: cases beside those named that did not pass, each with what saw it. */
  also?: { case: string; check: string; seen: string }[];
}

/** What `mutate` came to. */
export interface MutationReport {
  schema: "pgproof/mutation/1";
  tool: { name: string; version: string };
  target: { name: string; description: string };
  stack: { file: string; hash: string };
  seed: number;
  /** ISO 8601, UTC. */
  startedAt: string;
  ms: number;
  interrupted: boolean;
  /** Mutants that are for another target, or for other overlays. */
  elsewhere: string[];
  totals: Record<Outcome, number>;
  mutants: MutantResult[];
}
