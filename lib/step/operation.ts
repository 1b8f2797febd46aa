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
import { Meter } from "./measure.ts";

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
  const meter = new Meter(stage, step);
  try {
    const evidence = await kind.perform(stage, nodes, words, own.signal);
    meter.passed({ trueAfterMs: performance.now() - startedAt, uncertaintyMs: 0 });
    return { evidence };
  } catch (error) {
    return meter.ended(error);
  } finally {
    calm();
    over();
    await stage.noteStopped(nodes);
  }
};
