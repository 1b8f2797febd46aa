/**
 * What the readers of one scenario share while they go through it under one combination of its
 * matrix.
 *
 * @module
 */
import type { Path, SourceDocument } from "./document.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Budget } from "./budget.ts";
import type { Operand, Value } from "./model.ts";
import type { Registries } from "./registries.ts";
import type { Report } from "./report.ts";
import type { StepGrammar } from "./step_grammar.ts";
import type { UsedFiles } from "./used_files.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What does not change between the combinations of one file. */
export interface Ground {
  document: SourceDocument;
  report: Report;
  /** Names of the stack's nodes. */
  nodes: readonly string[];
  registries: Registries;
  grammar: StepGrammar;
  vocabulary: Vocabulary;
  /** Files whose steps are used. */
  files: UsedFiles;
  budget: Budget;
  /** Axes of a matrix that could not be read: what they would have said is not told again. */
  unread: Set<string>;
}

/** The state of reading one combination. */
export interface Reading extends Ground {
  /** The file that is read, and before it those that use it, the scenario's own first. */
  chain: readonly string[];
  /** Variables and the matrix combination, by name; in a used file what it was given. */
  constants: ReadonlyMap<string, Value>;
  /** Those of the constants that only some steps know. */
  scope: ReadonlyMap<string, Operand>;
  /** Names that steps read so far save. */
  saved: Set<string>;
  /** Names that any step saves, for telling "not yet" from "never". */
  savedSomewhere: ReadonlySet<string>;
  /** Names that steps read so far have, each with how often it was given. */
  stepNames: Map<string, number>;
  /** Named sessions opened so far, what they were opened on, whether a statement is left running. */
  sessions: Map<string, OpenSession>;
  lifetimes: Lifetimes;
  /** The workload of each declared load that could be read; undefined: it sends SQL. */
  workloads: Map<string, string | undefined>;
  /** What the steps of background lanes save, by lane: known once the lane has ended. */
  laneSaves: Map<string, ReadonlySet<string>>;
  counts: Counts;
}

/** A named session as the steps read so far leave it. */
export interface OpenSession {
  node: string;
  as: string | undefined;
  through: string | undefined;
  isBusy: boolean;
}

/** Shared by all readings of one scenario. */
export interface Counts {
  /** Steps read so far, nested ones included. */
  steps: number;
  /** How many steps so far can fail because of what they see. */
  judging: number;
}

/** A map that YAML made, not a list and not null. */
export function isWords(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** What stands at a path inside plain data; undefined where it leads nowhere. */
export function dig(data: unknown, path: Path): unknown {
  let found = data;
  for (const part of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.hasOwn(found, part) ? (found as Record<string, unknown>)[part] : undefined;
  }
  return found;
}
