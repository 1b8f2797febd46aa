/**
 * `expect`: judges a fact.
 *
 * @module
 */
import type { Finder } from "../cluster/roles.ts";
import type { Look } from "../fact/kind.ts";
import { facts } from "../fact/registry.ts";
import type { Scene } from "../run/scene.ts";
import type { Stage } from "../run/stage.ts";
import type { Comparison, ExpectStep } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import type { Performer } from "./kind.ts";
import { Meter } from "./measure.ts";
import { observe } from "./observe.ts";

/** Performs `expect`. */
export const performExpect: Performer<ExpectStep> = async (step, play) => {
  const { withinMs, forMs, everyMs } = step;
  const scene = play.stage;
  const roles = scene.roles.settled();
  const meter = new Meter(play.stage, step);
  const observation = await observe(
    async (signal) => {
      const look = await lookAtFact(step, play.stage, { scene, roles, signal });
      meter.looked(look);
      return look;
    },
    {
      play,
      expected: step.title,
      ...(withinMs === undefined ? {} : { withinMs }),
      ...(forMs === undefined ? {} : { forMs }),
      ...(everyMs === undefined ? {} : { everyMs }),
    },
  ).catch((error) => meter.ended(error));
  meter.passed(observation);
  return { evidence: observation.last.evidence, looks: observation.looks };
};

/** One look at a fact, through the eyes of the given scene. Also what an invariant samples. */
export async function lookAtFact(
  step: ExpectStep,
  stage: Stage,
  options: { scene: Scene; roles: Finder; signal: AbortSignal },
): Promise<Look> {
  const fact = facts.get(step.fact)!;
  const { scene, roles, signal } = options;
  const selector = step.node ?? fact.defaultNode ?? "all";
  const nodes = await roles.find(selector, signal);
  return await fact.look(scene, {
    nodes,
    compare: resolveRefs(step.compare, stage.saved) as Comparison,
    words: resolveRefs(step.words, stage.saved) as Record<string, unknown>,
    signal,
  });
}
