/**
 * What a precondition is: something every case takes for granted of its cluster, looked at after the
 * cluster was arranged and before `setup`. One file per precondition, one line in `registry.ts`.
 *
 * Judging is a pure function of what one look at every server saw, see `sight.ts`.
 *
 * @module
 */
import type { ClusterChange } from "../scenario/model.ts";
import type { Sight } from "./sight.ts";

/** What is wrong on one node. */
export interface Broken {
  node: string;
  /** One line, without the node's name. */
  seen: string;
}

/** What is known beside the servers that answered. */
export interface Circumstances {
  /** What the scenario arranged itself: that is no fault. */
  change: ClusterChange;
  /** Servers that answered, but let nobody in. */
  refusals: readonly Broken[];
}

/** One precondition. */
export interface Precondition {
  /** The word in the title of the step that fails: `precondition slots`. */
  name: string;
  /** What must be so, in one line. */
  requirement: string;
  /** Why it is not, most likely. */
  cause: string;
  /** What to do about it. */
  remedy: string;
  /** Settings whose values it needs of each server. */
  settings?: readonly string[];
  /** True where a cluster that was just arranged may still be on its way; it is looked at again. */
  settles?: boolean;
  /** What is wrong; empty when it holds. */
  judge(sights: readonly Sight[], circumstances: Circumstances): Broken[];
}
