/**
 * The moment at which a fault is injected: at the n-th acknowledged write, or at an LSN, so that a
 * run elsewhere is hit at the same place of its work and not at the same second.
 *
 * @module
 */
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { FaultStep } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import { parseLsn } from "../sql/lsn.ts";
import type { Evidence } from "../result/event.ts";
import { sleep } from "../time/sleep.ts";

/** Pause between two looks at the primary, in milliseconds; a load is looked at each time. */
const askMs = 5;

/**
 * Waits for the moment that a fault's step names; returns what shows it, nothing when it names none.
 * @throws {StepProblem} when it does not come.
 */
export async function momentOf(
  step: FaultStep,
  stage: Stage,
  signal: AbortSignal,
): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  if (step.after) evidence.push(await atWrite(step.after, stage, signal));
  if (step.atLsn !== undefined) {
    const lsn = String(resolveRefs(step.atLsn, stage.saved));
    evidence.push(await atLsn(lsn, stage, signal));
  }
  return evidence;
}

async function atWrite(
  { writes, of }: { writes: number; of: string },
  stage: Stage,
  signal: AbortSignal,
): Promise<Evidence> {
  const load = stage.loads.get(of);
  const missed = (seen: string) =>
    new StepProblem("error", {
      code: "MomentMissed",
      expected: `${writes} acknowledged writes of ${of}`,
      seen,
    });
  if (!load) throw missed("the load was not started");
  const acknowledged = () => load.ledger.counts().acknowledged;
  try {
    while (acknowledged() < writes) {
      if (load.endedAt !== undefined) throw missed(`it ended after ${acknowledged()}`);
      await sleep(1, signal);
    }
  } catch (error) {
    throw error instanceof StepProblem ? error : missed(`${acknowledged()}: ${error}`);
  }
  return { kind: "ledger", text: `${acknowledged()} writes of ${of} were acknowledged by then` };
}

async function atLsn(lsn: string, stage: Stage, signal: AbortSignal): Promise<Evidence> {
  const wanted = parseLsn(lsn);
  let seen = "nothing";
  try {
    for (;;) {
      const [primary] = await stage.roles.find("primary", signal);
      seen = String(
        await stage.observer.value(primary!, "select pg_current_wal_flush_lsn()::text", signal),
      );
      if (parseLsn(seen) >= wanted) {
        return { kind: "lsn", node: primary!.name, text: `its WAL was flushed up to ${seen}` };
      }
      await sleep(askMs, signal);
    }
  } catch (error) {
    throw new StepProblem("error", {
      code: "MomentMissed",
      expected: `WAL up to ${lsn}`,
      seen: `${seen}: ${(error as Error).message}`,
    });
  }
}
