/**
 * `do`: a planned operation.
 *
 * @module
 */
import { operations } from "../operation/registry.ts";
import { limits } from "../run/limits.ts";
import type { DoStep } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { Performer } from "./kind.ts";
import { keepMeasure } from "./measure.ts";

/** Performs `do`. */
export const performOperation: Performer<DoStep> = async (step, { stage, deadline }) => {
  const kind = operations.get(step.operation)!;
  const ms = (step.withinMs ?? limits.stepMs) * stage.timeScale;
  const within = step.withinMs === undefined ? "" : "within ";
  using own = new Deadline(`step (${within}${formatDuration(ms)})`, ms, deadline);
  const nodes = await stage.roles.find(step.node, own.signal);
  const words = resolveRefs(step.words, stage.saved) as Record<string, unknown>;
  const calm = stage.disturb(nodes);
  const names = nodes.map(({ name }) => name).join(", ");
  const over = stage.noteDisturbance("operation", `${kind.name} of ${names}`);
  const startedAt = performance.now();
  try {
    const evidence = await kind.perform(stage, nodes, words, own.signal);
    if (step.measure) {
      const trueAfterMs = performance.now() - startedAt;
      const last = { holds: true, code: "", expected: "", seen: "", evidence };
      const observation = { last, looks: 1, trueAfterMs, uncertaintyMs: 0 };
      keepMeasure(stage, { step: step.id, name: step.measure, observation });
    }
    return { evidence };
  } finally {
    calm();
    over();
    await stage.noteStopped(nodes);
  }
};
