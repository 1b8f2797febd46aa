/**
 * What a problem is told with, whatever found it: the likely causes, and the last lines that each
 * server wrote since all was well.
 *
 * @module
 */
import type { LogMark, Node } from "../cluster/model.ts";
import type { Evidence, Problem } from "../result/event.ts";
import { diagnose } from "../trouble/diagnose.ts";
import { limits } from "./limits.ts";
import type { Scene } from "./scene.ts";

/** Lines of each server's log that are kept. */
const logLinesMax = 20;

/** A problem and what it rests on. */
export interface Told {
  problem: Problem;
  evidence: Evidence[];
}

/** The problem with its likely causes, the evidence with the servers' logs. */
export async function explained(
  { problem, evidence }: Told,
  on: { scene: Scene; since: ReadonlyMap<string, LogMark>; timeScale: number },
): Promise<Told> {
  const { scene, since, timeScale } = on;
  // What was found stands, whether or not there is more to tell.
  const logs = await logsSince(scene.cluster.nodes, since).catch(() => []);
  // Of its own: the time of what failed may be over.
  const signal = AbortSignal.timeout(limits.evidenceMs * timeScale);
  const causes = await diagnose(scene, { since, signal });
  const notes = [...problem.notes, ...causes.filter((note) => !problem.notes.includes(note))];
  return { problem: { ...problem, notes }, evidence: [...evidence, ...logs] };
}

async function logsSince(
  nodes: readonly Node[],
  marks: ReadonlyMap<string, LogMark>,
): Promise<Evidence[]> {
  const found = await Promise.all(nodes.map(async (node) => {
    const since = marks.get(node.name);
    if (since === undefined) return [];
    const lines = await node.readLog(since, logLinesMax);
    return lines.map((text) => ({ kind: "log", node: node.name, text }));
  }));
  return found.flat();
}
