/**
 * Waiting for an operation's effect, with the last thing seen kept for the message.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { lookUntil, type Sight } from "../sql/look_until.ts";
import { OperationError } from "./kind.ts";

/** Pause between two looks, in milliseconds. */
const everyMs = 20;

/**
 * Looks until done. A server that does not answer is "not yet", one that has stopped is the end.
 * @throws {OperationError} when the node stops or the signal aborts, with what was seen last.
 */
export function until<T>(
  node: Node,
  what: string,
  { look, signal }: { look: () => Promise<Sight<T>>; signal: AbortSignal },
): Promise<T> {
  return lookUntil(look, {
    everyMs,
    signal,
    async after(seen) {
      if (await node.state() !== "stopped") return;
      const [last = ""] = (await node.readLog(0, 3)).filter((line) => /FATAL|PANIC/.test(line));
      throw new OperationError(`${node.name} stopped while it should ${what}; ${last || seen}`);
    },
    gaveUp: ({ seen, reason, cause }) =>
      cause instanceof OperationError
        ? cause
        : new OperationError(`${node.name} did not ${what}: ${seen}; ${reason}`, { cause }),
  });
}

/**
 * Refuses to work on a node that is not up.
 * @throws {OperationError}
 */
export async function mustRun(node: Node, operation: string): Promise<void> {
  const state = await node.state();
  if (state !== "running") {
    throw new OperationError(`Cannot ${operation} ${node.name}: it is ${state}`);
  }
}
