/**
 * A server that was started: waits until it answers, or its container ends.
 *
 * @module
 */
import { Session, SqlError } from "../../sql/session.ts";
import { raced, sleep } from "../../time/sleep.ts";
import { loginOf } from "../observer.ts";
import { type LogMark, NodeError } from "../model.ts";
import type { ComposeNode } from "./node.ts";

/** Interval between two looks, and how long one may take, in milliseconds. */
const lookMs = 50;
const attemptMs = 1000;

/** Lines of the log that go with an error. */
const errorLines = 20;

/**
 * Waits until the server answers; also an answer that lets nobody in is one.
 * @throws {NodeError} when its container ends instead.
 */
export async function accepting(
  node: ComposeNode,
  since: LogMark,
  signal: AbortSignal,
): Promise<void> {
  while (!await answers(node, signal)) {
    if (await raced(node.state(), signal) === "stopped") {
      const log = await node.readLog(since, errorLines);
      throw new NodeError(`Cannot start ${node.name}: the server exited: ${log.at(-1) ?? ""}`, {
        node: node.name,
        log,
      });
    }
    try {
      await sleep(lookMs, signal);
    } catch (cause) {
      const log = await node.readLog(since, errorLines);
      throw new NodeError(
        `Cannot start ${node.name}: it does not accept connections, ` +
          `${(cause as Error).message}; it said last: ${log.at(-1) ?? "nothing"}`,
        { node: node.name, log, cause },
      );
    }
  }
}

async function answers(node: ComposeNode, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
  try {
    await (await Session.open(loginOf(node), limit)).close();
    return true;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    // A replica with hot_standby off is up and never lets anybody in.
    return !error.isAbsence || /hot standby mode is disabled/i.test(error.detail ?? "");
  }
}
