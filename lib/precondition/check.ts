/**
 * Looks at every server once, all at the same time, and judges every precondition by what was seen.
 * What has not settled yet after the cluster was arranged is looked at again for a while.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { describeSqlError, StepProblem } from "../run/problem.ts";
import type { Scene } from "../run/scene.ts";
import type { ClusterChange } from "../scenario/model.ts";
import { SqlError } from "../sql/session.ts";
import { sleep } from "../time/sleep.ts";
import type { Broken, Precondition } from "./kind.ts";
import { lookAt } from "./look.ts";
import { preconditions } from "./registry.ts";
import { isSet, type Sight } from "./sight.ts";

/** How long what may still settle is looked at, and how long to wait in between, in milliseconds. */
const settleMs = 5000;
const pauseMs = 50;

/** How long one server may take to answer, in milliseconds. */
const answerMs = 10_000;

/** A precondition that does not hold. */
export interface BrokenPrecondition {
  precondition: Precondition;
  broken: Broken[];
}

/** What a check needs to know. */
export interface CheckOptions {
  /** What the scenario arranged. */
  change: ClusterChange;
  /** Multiplies every time limit. */
  timeScale: number;
  signal: AbortSignal;
}

/**
 * Checks every precondition on a cluster that is arranged; returns those that do not hold.
 * @throws {StepProblem} (an error) for what could not be seen.
 */
export async function checkPreconditions(
  scene: Scene,
  options: CheckOptions,
): Promise<BrokenPrecondition[]> {
  const { timeScale, signal } = options;
  const until = performance.now() + settleMs * timeScale;
  for (;;) {
    const found = await checkOnce(scene, options);
    const mayPass = found.length > 0 && found.every(({ precondition }) => precondition.settles);
    if (!mayPass || performance.now() > until) return found;
    await sleep(pauseMs, signal);
  }
}

async function checkOnce(scene: Scene, options: CheckOptions): Promise<BrokenPrecondition[]> {
  const { change } = options;
  const { nodes } = scene.cluster;
  const looks = await Promise.all(nodes.map((node) => lookOrRefusal(scene, node, options)));
  const sights = looks.filter((look): look is Sight => "version" in look);
  // Unless the scenario wants a replica that lets nobody in.
  const refusals = looks.filter((look): look is Broken => !("version" in look))
    .filter(({ node }) => !isSet(change, "hot_standby", node));
  return judgeAll(sights, { change, refusals });
}

/** Those preconditions that do not hold, by what was seen. */
export function judgeAll(
  sights: readonly Sight[],
  circumstances: Parameters<Precondition["judge"]>[1],
): BrokenPrecondition[] {
  return preconditions.map((precondition) => ({
    precondition,
    broken: precondition.judge(sights, circumstances),
  })).filter(({ broken }) => broken.length > 0);
}

/** A server that says no is a finding; one that says nothing could not be seen. */
async function lookOrRefusal(
  scene: Scene,
  node: Node,
  { change, timeScale, signal }: CheckOptions,
): Promise<Sight | Broken> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs * timeScale)]);
  try {
    return await lookAt(scene, node, { change, signal: limit });
  } catch (error) {
    signal.throwIfAborted();
    const isRefusal = error instanceof SqlError && error.severity === "FATAL";
    if (isRefusal) return { node: node.name, seen: `lets nobody in: ${describeSqlError(error)}` };
    const text = error instanceof SqlError ? describeSqlError(error) : (error as Error).message;
    throw new StepProblem("error", {
      code: "PreconditionUnseen",
      expected: "every server to be looked at before the case begins",
      seen: `${node.name} could not be looked at: ${text}`,
    });
  }
}
