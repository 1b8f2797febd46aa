/**
 * What went wrong with a node in a container, as an error that says of which.
 *
 * @module
 */
import { NodeError } from "../model.ts";
import { engineGone } from "./engine.ts";

/** An engine that is gone names no node; what the caller has cancelled stays as it is. */
export function nodeFailure(
  node: string,
  { verb, cause }: { verb: string; cause: unknown },
  signal: AbortSignal,
): unknown {
  if (signal.aborted && cause === signal.reason) return cause;
  const gone = engineGone(cause);
  if (gone) return gone;
  const { message } = cause as Error;
  const log = cause instanceof NodeError ? cause.log : [];
  return new NodeError(`Cannot ${verb} ${node}: ${message}`, { node, log, cause });
}
