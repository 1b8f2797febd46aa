/**
 * What one scenario says, after parsing: plain data, units resolved, every node of it tied to its
 * place in the file. Nothing here performs anything.
 *
 *     text ─parse─> Scenario (this file) ─plan─> Case
 *
 * @module
 */
import type { Disks } from "../cluster/disk.ts";
import type { LoadSpec } from "./load_model.ts";
import type { ExpectStep, QueryStep, Step } from "./step_model.ts";
import type { NodeSelector, Place, Value } from "./values.ts";

export type * from "./load_model.ts";
export type * from "./step_model.ts";
export type * from "./values.ts";

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
  /** The replica that removes from the archive what it does not need any more. */
  archiveCleanedBy?: string;
  /** `synchronous_standby_names` of the primary, set once every replica streams. */
  synchronous?: string;
  /** Data checksums on or off, whatever the version's default. */
  checksums?: boolean;
  /** File systems that the scenario's faults fill; follows from its steps. */
  disks?: Disks;
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
  /** What to do when it fails. */
  remedy?: string;
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
