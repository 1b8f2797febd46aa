/**
 * A server that is expected not to come up, or to end itself while it recovers: `fails:` with what
 * its log must say.
 *
 * @module
 */
import { z } from "zod";
import { type LogMark, type Node, NodeError } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import { pattern } from "../scenario/words.ts";
import { sleep } from "../time/sleep.ts";
import { OperationError } from "./kind.ts";

/** The adjective `fails`. */
export const fails: z.ZodOptional<typeof pattern> = pattern.optional()
  .describe("the server must end itself, and its log must match this");

/** Pause between two looks, in milliseconds. */
const everyMs = 20;

/**
 * Starts a server and waits until it has ended by itself.
 * @throws {OperationError} when it did not, or its log says something else.
 */
export async function proveRefusal(
  node: Node,
  how: { fails: string; mark: LogMark; signal: AbortSignal },
): Promise<Evidence> {
  const { mark, signal } = how;
  try {
    await node.start(signal);
    while (await node.state() !== "stopped") await sleep(everyMs, signal);
  } catch (error) {
    if (await node.state() !== "stopped") {
      if (!signal.aborted) throw error;
      const reason = String(signal.reason?.message ?? signal.reason);
      throw new OperationError(`${node.name} was expected to fail, but it runs; ${reason}`);
    }
    if (!(error instanceof NodeError)) throw error;
  }
  const lines = await node.readLog(mark);
  const line = lines.find((each) => new RegExp(how.fails).test(each));
  if (line === undefined) {
    const said = lines.findLast((each) => /FATAL|PANIC/.test(each)) ?? lines.at(-1) ?? "nothing";
    throw new OperationError(
      `${node.name} failed, but its log does not match /${how.fails}/; it says: ${said}`,
    );
  }
  return { kind: "log", node: node.name, text: `${node.name} did not come up, saying: ${line}` };
}
