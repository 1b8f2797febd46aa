/**
 * `end`: ends a load or heals a fault, waits for a background lane or for the statement that a
 * session was left with, by its name.
 *
 * @module
 */
import { limits } from "../run/limits.ts";
import { StepProblem } from "../run/problem.ts";
import type { NamedSession, Stage } from "../run/stage.ts";
import type { Evidence } from "../result/event.ts";
import type { EndStep } from "../scenario/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { raced } from "../time/sleep.ts";
import type { Performer } from "./kind.ts";
import { saveFrom, sendOn, timelineOf, walEnd } from "./answers.ts";
import { type Ending, judgeEnding } from "./ending.ts";
import { endLane } from "./background.ts";
import { endLoad } from "./load.ts";

/** Performs `end`. */
export const performEnd: Performer<EndStep> = async (step, { stage, deadline }) => {
  const ms = limits.undoMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  const lane = stage.lanes.get(step.target);
  if (lane) {
    // Its steps have limits of their own.
    await endLane(step.target, lane, deadline.signal);
    stage.lanes.delete(step.target);
    return { evidence: [{ kind: "lane", text: `lane ${step.target} came to its end` }] };
  }
  const session = stage.sessions.get(step.target);
  if (session?.running) {
    return { evidence: [await endStatement(step, stage, { session, signal: own.signal })] };
  }
  const load = stage.loads.get(step.target);
  const fault = stage.faults.get(step.target);
  if (!load && !fault) {
    throw new StepProblem("error", {
      code: "NothingToEnd",
      expected: `a load, fault, lane or statement "${step.target}" in effect`,
      seen: [...stage.loads.keys(), ...stage.faults.keys()].join(", ") || "none",
    });
  }
  if (fault) await fault.heal(own.signal);
  else await endLoad(stage, step.target, own.signal);
  const counts = load?.ledger.counts();
  const text = counts
    ? `${counts.acknowledged} acknowledged, ${counts.refused} refused, ${counts.unknown} unknown`
    : `${step.target} is healed`;
  return {
    evidence: [{ kind: load ? "ledger" : "process", text, ...(counts ? { data: counts } : {}) }],
  };
};

/** Keeps what the statement came back with, as `sql` does. */
async function saveEnding(
  step: EndStep,
  stage: Stage,
  { ending, session, signal }: { ending: Ending; session: NamedSession; signal: AbortSignal },
): Promise<void> {
  if (Object.keys(step.save).length === 0) return;
  const { answer } = ending;
  if (!answer) {
    throw new StepProblem("error", {
      code: "NothingToSave",
      expected: `an answer, to save ${Object.keys(step.save).join(", ")}`,
      seen: `${ending.fate}: ${ending.text}`,
    });
  }
  const send = sendOn(session.session);
  const [lsn, timeline] = [await walEnd(send, signal), await timelineOf(step, send, signal)];
  saveFrom(step, stage, { answer, lsn, timeline });
}

/** Waits for what becomes of a session's statement, and judges it. */
async function endStatement(
  step: EndStep,
  stage: Stage,
  { session, signal }: { session: NamedSession; signal: AbortSignal },
): Promise<Evidence> {
  const ending = await raced(session.running!.ending, signal);
  // What ended with the case did not end by itself.
  signal.throwIfAborted();
  session.running = undefined;
  judgeEnding(step, ending);
  await saveEnding(step, stage, { ending, session, signal });
  return { kind: "query", node: session.node.name, text: `${ending.fate}: ${ending.text}` };
}
