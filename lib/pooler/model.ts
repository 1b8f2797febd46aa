/**
 * A connection pooler in front of the nodes of a cluster.
 *
 *     client ──> PgBouncer ──> node
 *
 * @module
 */
import type { Login } from "../sql/session.ts";

/** One that runs. */
export interface Pooler {
  /** How to log in to a node through it. */
  loginTo(node: { name: string }): Login;
  /** The end of what it has written. */
  lastLines(): Promise<string[]>;
  /** Ends it at once, its clients' connections too: it keeps nothing. */
  stop(signal: AbortSignal): Promise<void>;
}
