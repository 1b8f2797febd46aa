/**
 * What a scenario's words stand for, and where they stand.
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
