/**
 * What a trouble is: something that operators of a replicated PostgreSQL meet, what shows it, its
 * cause in their words and what to do. One entry each, in the table of its subject.
 *
 * @module
 */
import type { NodeState } from "./state.ts";

/** What tells of a trouble on one node. */
export interface Sign {
  node: string;
  /** What was seen there, in one line, without the node's name. */
  seen: string;
}

/** One trouble. */
export interface Trouble {
  /** A few words; the heading in docs/troubleshooting.md. */
  name: string;
  /** What a person sees. */
  symptom: string;
  /** Why, in the operator's words. */
  cause: string;
  /** What to do. */
  remedy: string;
  /** Lines of a server's log that tell of it. Empty: no log does. */
  logs: readonly RegExp[];
  /**
   * Whether waiting helps. `ever`: it does not, with the data that the server has. `fresh`: on a
   * cluster that was just made it does not, on one that changes it may.
   */
  lasts?: "ever" | "fresh";
  /** Where the servers' own state tells of it. */
  shows?(states: readonly NodeState[]): Sign[];
}
