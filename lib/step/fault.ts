/**
 * `fault`: injects, proves that it bit, performs what stands under `while:`, heals, proves that it
 * is gone. Without `while:` or `for:` it lasts until `end:` or the end of the scenario.
 *
 * @module
 */
import { type ActiveFault, FaultError, type FaultKind } from "../fault/kind.ts";
import { faults } from "../fault/registry.ts";
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import { limits } from "../run/limits.ts";
import type { HeldFault, Stage } from "../run/stage.ts";
import type { FaultStep } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { sleep } from "../time/sleep.ts";
import { momentOf } from "./fault_moment.ts";
import type { Performer } from "./kind.ts";
import { Meeting } from "./together.ts";

/** Performs `fault`. */
export const performFault: Performer<FaultStep> = async (step, { stage, deadline, perform }) => {
  const ms = limits.stepMs * stage.timeScale;
  const moment = await awaitMoment(step, stage, deadline);
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  const { held, evidence } = await inject(step, stage, own.signal);
  if (step.while) await perform(step.while);
  if (step.forMs) await sleep(step.forMs, deadline.signal);
  if (step.while || step.forMs) {
    using healing = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
    await held.heal(healing.signal);
  }
  return { evidence: [...moment, ...evidence] };
};

/** Has a time of its own: waiting for the moment must not shorten the injection. */
async function awaitMoment(step: FaultStep, stage: Stage, deadline: Deadline): Promise<Evidence[]> {
  const ms = limits.stepMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  return await momentOf(step, stage, own.signal);
}

/** A fault in a node, and what to call when it is healed. */
interface Active {
  fault: ActiveFault;
  over: () => void;
}

/** Injects a fault into every node that is meant, and registers its healing before anything else. */
async function inject(
  step: FaultStep,
  stage: Stage,
  signal: AbortSignal,
): Promise<{ held: HeldFault; evidence: Evidence[] }> {
  const kind = faults.get(step.fault)!;
  const words = resolveRefs(step.words, stage.saved) as Record<string, unknown>;
  const nodes = await (kind.find?.(stage, { node: step.node, words }, signal) ??
    stage.roles.find(step.node ?? "all", signal));
  if (kind.requires.includes("links")) stage.undoRelays();
  const calm = kind.silences ? stage.disturb(nodes) : () => {};
  const active = new Map<Node, Active>();
  const heal = stage.undo.push(
    `fault ${step.as}`,
    (limit) => healAll(stage, { step, kind, active, calm, signal: limit }),
  );
  const held = { kind: kind.name, nodes, heal };
  stage.faults.set(step.as, held);
  const meeting = new Meeting(nodes.length);
  const together = () => meeting.meet();
  const injected = await Promise.allSettled(nodes.map(async (node) => {
    const fault = await kind.inject(stage, node, words, signal, together).catch((error) => {
      meeting.fail(error);
      throw error;
    });
    active.set(node, {
      fault,
      over: stage.noteDisturbance("fault", `${kind.name} of ${node.name}`),
    });
    const { proof } = fault;
    const { fault: name, as } = step;
    stage.emit({
      type: "fault",
      case: stage.case,
      fault: name,
      as,
      node: node.name,
      change: "active",
      proof,
    });
    return { kind: "process", node: node.name, text: proof };
  }));
  const evidence = injected.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  return { held, evidence };
}

async function healAll(stage: Stage, what: {
  step: FaultStep;
  kind: FaultKind;
  active: Map<Node, Active>;
  calm: () => void;
  signal: AbortSignal;
}): Promise<void> {
  const { step, active, calm, signal } = what;
  stage.faults.delete(step.as);
  const healed = await Promise.allSettled([...active].map(async ([node, { fault, over }]) => {
    const proof = await fault.heal(signal);
    over();
    const { fault: name, as } = step;
    stage.emit({
      type: "fault",
      case: stage.case,
      fault: name,
      as,
      node: node.name,
      change: "healed",
      proof,
    });
  }));
  calm();
  const failure = healed.find((each) => each.status === "rejected");
  if (!failure) return;
  const { reason } = failure as PromiseRejectedResult;
  throw reason instanceof FaultError ? reason : new FaultError(
    `Cannot heal ${step.fault}: ${reason?.message ?? reason}`,
    { cause: reason },
  );
}
