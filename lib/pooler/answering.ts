/**
 * Whether a pooler that was just started answers.
 *
 * @module
 */
import { NodeError } from "../cluster/model.ts";
import { Session, SqlError } from "../sql/session.ts";
import { reasonOf } from "../time/reason.ts";
import { sleep } from "../time/sleep.ts";
import type { Pooler } from "./model.ts";

/** How often it is asked, in milliseconds. */
const lookMs = 10;

/**
 * Asks its console until it answers: the port alone could be somebody else's.
 * @param isGone Whether it has exited.
 * @throws {NodeError} with what it said when it does not.
 */
export async function untilAnswering(
  pooler: Pooler,
  isGone: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (true) {
    try {
      await using desk = await Session.open(pooler.loginTo({ name: "pgbouncer" }), signal);
      return void await desk.query("show version", [], signal);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const why = isGone()
        ? "it exited"
        : signal.aborted
        ? reasonOf(signal)
        : error.isAbsence
        ? undefined
        : error.message;
      if (why !== undefined) {
        const log = await pooler.lastLines();
        const said = log.at(-1) ?? "nothing";
        throw new NodeError(`Cannot start a pooler: ${why}, saying: ${said}`, { log });
      }
    }
    await sleep(lookMs, signal).catch(() => {});
  }
}
