/**
 * Which links a step means: `between` names both ends of a link, `node` the replica at its lower end.
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import { FaultError } from "../fault/kind.ts";
import type { Scene } from "../run/scene.ts";
import { nodeName } from "../scenario/words.ts";
import { followed } from "./followed.ts";
import { type Direction, directions } from "./policy.ts";

const twoEnds = "must name the two ends of a link, like [replica1, primary]";

/** The adjective `between`. */
export const between: z.ZodOptional<z.ZodArray<typeof nodeName>> = z.array(nodeName, {
  error: twoEnds,
}).length(2, {
  error: twoEnds,
}).optional().describe("the two ends of a link; in place of node, a replica and its upstream");

/** The adjective `direction`. */
export const direction: z.ZodOptional<z.ZodEnum<{ [Word in Direction | "both"]: Word }>> = z
  .enum(["both", "downstream", "upstream"]).optional()
  .describe("downstream: to the replica; upstream: from it; default both");

/** The directions that a step means. */
export function directionsOf(word: Direction | "both" | undefined): readonly Direction[] {
  return word === undefined || word === "both" ? directions : [word];
}

/**
 * The replicas whose links are meant.
 * @throws {FaultError} when there is no such link.
 */
export async function replicasOf(
  scene: Scene,
  selection: { between?: string[] | undefined; node?: string | undefined },
  signal: AbortSignal,
): Promise<Node[]> {
  if (!selection.between) return await scene.roles.find(selection.node ?? "replicas", signal);
  const [one, other] = selection.between as [string, string];
  const ends = [
    await scene.roles.find(one, signal),
    await scene.roles.find(other, signal),
  ] as const;
  const found = new Set<Node>();
  const seen: string[] = [];
  for (const node of new Set(ends.flat())) {
    const now = await followed(scene, node, signal);
    const upstream = now.isReplica ? now.upstream : undefined;
    seen.push(`${node.name} receives from ${upstream?.name ?? "nobody"}`);
    if (!upstream) continue;
    const isLink = (lower: readonly Node[], upper: readonly Node[]) =>
      lower.includes(node) && upper.includes(upstream);
    if (isLink(ends[0], ends[1]) || isLink(ends[1], ends[0])) found.add(node);
  }
  if (found.size > 0) return [...found];
  throw new FaultError(`there is no link between ${one} and ${other}: ${seen.join(", ")}`);
}
