/**
 * `random`: faults by chance, one after the other, for some time. Each is injected, proven, held and
 * healed as any other; which, where and when comes from the case's seed.
 *
 * @module
 */
import type { Evidence } from "../result/event.ts";
import { seededRandom } from "../run/random.ts";
import type { Stage } from "../run/stage.ts";
import type { FaultStep, RandomStep } from "../scenario/model.ts";
import { formatDuration } from "../time/duration.ts";
import { sleep } from "../time/sleep.ts";
import { draws } from "./chance.ts";
import type { Performer } from "./kind.ts";

/** Performs `random`. */
export const performRandom: Performer<RandomStep> = async (step, play) => {
  const { stage, deadline, perform } = play;
  const { signal } = deadline;
  const startedAt = performance.now();
  const passedMs = () => performance.now() - startedAt;
  const evidence: Evidence[] = [];
  const drawn = new Set<FaultStep>();
  // Numbers of its own: other choices must not shift the schedule.
  for (const draw of draws(seededRandom(stage.seed + 2), step.faults.length)) {
    const calmMs = Math.min(draw.calmMs, Math.max(0, step.forMs - passedMs()));
    await sleep(calmMs, signal);
    if (passedMs() >= step.forMs) break;
    const fault = step.faults[draw.fault]!;
    const at = formatDuration(Math.round(passedMs()));
    const one = {
      ...fault,
      forMs: draw.holdMs,
      ...await placeOf(fault, draw.where, stage, signal),
    };
    const where = one.node ?? (one.words.between as string[]).join(" and ");
    drawn.add(fault);
    await perform([one]);
    evidence.push({
      kind: "chance",
      text: `after ${at}: ${fault.fault} of ${where}, held for ${formatDuration(draw.holdMs)}`,
    });
  }
  for (const fault of step.faults) if (!drawn.has(fault)) passOver(fault, stage);
  return { evidence };
};

/** One of the nodes that a fault means; a link says itself which it is. */
async function placeOf(
  { node }: FaultStep,
  where: number,
  stage: Stage,
  signal: AbortSignal,
): Promise<{ node?: string }> {
  if (node === undefined) return {};
  const nodes = await stage.roles.find(node, signal);
  return { node: nodes[Math.floor(where * nodes.length)]!.name };
}

/** A result says of every step what became of it. */
function passOver({ id }: FaultStep, stage: Stage): void {
  stage.emit({
    type: "step-ended",
    case: stage.case,
    step: id,
    verdict: "skipped",
    ms: 0,
    evidence: [{ kind: "chance", text: "it was not drawn" }],
  });
}
