/**
 * Waiting for an operation's effect, with the last thing seen kept for the message.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { SqlError } from "../sql/session.ts";
import { sleep } from "../time/sleep.ts";
import { OperationError } from "./kind.ts";

/** Pause between two looks, in milliseconds. */
const everyMs = 20;

/** One look: done with a value, or what was seen instead. */
export type Sight<T> = { done: T } | { seen: string };

/**
 * Looks until done. A server that does not answer is "not yet", one that has stopped is the end.
 * @throws {OperationError} when the node stops or the signal aborts, with what was seen last.
 */
export async function until<T>(
  node: Node,
  what: string,
  options: { look: () => Promise<Sight<T>>; signal: AbortSignal },
): Promise<T> {
  const { look, signal } = options;
  let seen = "nothing yet";
  try {
    while (true) {
      signal.throwIfAborted();
      const sight = await look().catch((error) => {
        if (!(error instanceof SqlError && error.isAbsence)) throw error;
        if (signal.aborted) throw signal.reason;
        return { seen: `no answer (${error.code})` };
      });
      if ("done" in sight) return sight.done;
      seen = sight.seen;
      if (await node.state() === "stopped") {
        const [last = ""] = (await node.readLog(0, 3)).filter((line) => /FATAL|PANIC/.test(line));
        throw new OperationError(`${node.name} stopped while it should ${what}; ${last || seen}`);
      }
      await sleep(everyMs, signal);
    }
  } catch (cause) {
    if (!signal.aborted || cause instanceof OperationError) throw cause;
    const reason = String(signal.reason?.message ?? signal.reason);
    throw new OperationError(`${node.name} did not ${what}: ${seen}; ${reason}`, { cause });
  }
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
