/**
 * What the facts about histories share: the load they speak of, how much its clients saw, and how a
 * checker's verdict is told. Without enough reads on every node nothing is decided: a history that
 * saw too little is no pass.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { readsByNode } from "../history/reads_on.ts";
import type { Verdict } from "../history/verdict.ts";
import type { RunningLoad } from "../load/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import type { Recording } from "../workload/model.ts";
import { count, undecidable, unseen } from "./finding.ts";
import type { Look } from "./kind.ts";

/** Reads, or whatever could have been wrong, that a verdict rests on at least, on each node. */
export const leastSeen = 20;

/** A load whose history can be judged. */
export interface Recorded {
  load: RunningLoad;
  recording: Recording;
}

/** The load by its name, or the look that says why nothing can be judged. */
export function recordedLoad(scene: Scene, name: string, expected: string): Recorded | Look {
  const load = scene.loads.get(name);
  if (!load) return unseen("NoLoad", expected, `load ${name} was not started yet`);
  const { recording } = load;
  if (recording) return { load, recording };
  return undecidable("NoHistory", expected, `load ${name} records no history`);
}

/** The look when some node was not read often enough; undefined when all were. */
export function tooLittle(
  { load, recording }: Recorded,
  on: { nodes: readonly Node[]; expected: string },
): Look | undefined {
  const { nodes, expected } = on;
  const reads = readsByNode(recording.history);
  const strange = nodes.find(({ name }) => !recording.readers.includes(name));
  if (strange) {
    const read = recording.readers.join(", ");
    return undecidable(
      "NotRead",
      expected,
      `${strange.name} is not read by load ${load.spec.name}: its readers are ${read}`,
    );
  }
  const blind = nodes.filter(({ name }) => (reads.get(name) ?? 0) < leastSeen);
  if (blind.length === 0) return undefined;
  const seen = blind.map(({ name }) => `${name} answered ${count(reads.get(name) ?? 0, "read")}`);
  return little(load, expected, `${seen.join(", ")}, ${leastSeen} are needed`);
}

/** Too little was seen; while the load runs there may be more to come. */
export function little(load: RunningLoad, expected: string, seen: string): Look {
  const tell = load.endedAt === undefined ? unseen : undecidable;
  return tell("TooLittleSeen", expected, seen);
}

/** One line: what the clients of a load did. */
export function historyEvidence({ load, recording }: Recorded): Evidence {
  const { history, kind } = recording;
  const { acknowledged, refused, unknown } = load.ledger.counts();
  const reads = [...readsByNode(history)].filter(([, times]) => times > 0)
    .map(([node, times]) => `${times} on ${node}`);
  const text = `${load.spec.name}: ${count(history.length, "operation")} of ${kind}, writes ` +
    `${acknowledged} acknowledged, ${refused} refused, ${unknown} unknown; ` +
    `reads ${reads.join(", ") || "none"}`;
  return { kind: "history", text };
}

/** A verdict in words: `went back 12 times: client 3 on replica1 ...; then client 3 on ...`. */
export function anomaliesText({ anomalies }: Verdict, say: (name: string) => string): string {
  return anomalies.map(({ name, times, witness }) => {
    const often = times === 1 ? "once" : `${times} times`;
    return `${say(name)} ${often}: ${witness.join("; ")}`;
  }).join("; ");
}

/** The smallest witness of each anomaly, a line each. */
export function witnessesOf({ anomalies }: Verdict): Evidence[] {
  return anomalies.flatMap(({ name, witness }) =>
    witness.map((text) => ({ kind: "history", text: `${name}: ${text}` }))
  );
}
