/**
 * `starve_cpu`: a node gets only a share of one processor. Where the target has a limit for each
 * node, the kernel counts how often it has made the node wait; that is the proof.
 * Source: cpu.stat of https://docs.kernel.org/scheduler/sched-bwc.html
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { share } from "../scenario/words.ts";
import { defineFault, FaultError } from "./kind.ts";
import { mustRun } from "./proof.ts";

/** The kernel counts in periods of 100 ms, and needs a thousandth of a second in each. */
const least = 0.01;

/** Some tenths of a second of work for one process. */
const workSql = "select count(*) from generate_series(1, 1000000)";

/** The fault. */
export const starve_cpu = defineFault({
  name: "starve_cpu",
  summary: "A node gets only a share of one processor",
  words: {
    share: z.pipe(
      share,
      z.number().min(least, { error: "must be 1% or more" })
        .max(1, { error: "must be 100% or less" }),
    ).describe("of one processor, for all processes of the node together"),
  },
  requires: ["resource_limits"],
  silences: false,
  async inject(scene, node, { share }, signal) {
    await mustRun(node, "starve");
    if (!node.limitCpu) throw new FaultError(`Cannot limit the processor of ${node.name} here`);
    const before = await node.limitCpu(share, signal);
    try {
      const waits = await waitsOf(scene, node, signal);
      if (waits === 0) {
        throw new FaultError(`${node.name} may use ${share * 100}% only, but never had to wait`);
      }
      return {
        proof: `${node.name} may use ${share * 100}% of a processor: ` +
          `the kernel made it wait in ${waits} periods of 100 ms`,
        heal: (limit) => heal(scene, node, { before, signal: limit }),
      };
    } catch (error) {
      await node.limitCpu(before, AbortSignal.timeout(undoMs)).catch(() => {});
      throw error;
    }
  },
});

/** How long taking an injection back may take, in milliseconds. */
const undoMs = 10_000;

/** In how many periods the node had to wait while it worked. */
async function waitsOf(scene: Scene, node: Node, signal: AbortSignal): Promise<number> {
  const from = await node.cpuWaits!(signal);
  await scene.observer.value(node, workSql, signal);
  return await node.cpuWaits!(signal) - from;
}

/** Takes the limit away, and looks whether the kernel still makes the node wait. */
async function heal(
  scene: Scene,
  node: Node,
  { before, signal }: { before: number | undefined; signal: AbortSignal },
): Promise<string> {
  await node.limitCpu!(before, signal);
  if (await node.state() !== "running") return `${node.name} has no limit, it does not run`;
  const waits = await waitsOf(scene, node, signal);
  if (waits === 0) return `${node.name} works without waiting`;
  if (before !== undefined) return `${node.name} has the limit of the stack again`;
  throw new FaultError(`${node.name} has no limit any more, but had to wait ${waits} times`);
}
