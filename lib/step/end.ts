/**
 * `end`: ends a load or heals a fault, by its name.
 *
 * @module
 */
import { limits } from "../run/limits.ts";
import { StepProblem } from "../run/problem.ts";
import type { EndStep } from "../scenario/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { Performer } from "./kind.ts";
import { endLoad } from "./load.ts";

/** Performs `end`. */
export const performEnd: Performer<EndStep> = async (step, { stage, deadline }) => {
  const ms = limits.undoMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  const load = stage.loads.get(step.target);
  const fault = stage.faults.get(step.target);
  if (!load && !fault) {
    throw new StepProblem("error", {
      code: "NothingToEnd",
      expected: `a load or fault "${step.target}" in effect`,
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
