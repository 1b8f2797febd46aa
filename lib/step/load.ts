/**
 * `load`: starts a named load; it runs until `end:` or the end of the scenario.
 *
 * @module
 */
import { startLoad } from "../load/start.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { LoadSpec, LoadStep } from "../scenario/model.ts";
import type { Performer } from "./kind.ts";

/** Performs `load`, for a scenario with these loads. */
export function loadPerformer(specs: readonly LoadSpec[]): Performer<LoadStep> {
  return (step, { stage }) => {
    const spec = specs.find((each) => each.name === step.load)!;
    const running = stage.loads.get(spec.name);
    if (running && running.endedAt === undefined) {
      throw new StepProblem("error", {
        code: "LoadRuns",
        expected: `load "${spec.name}" not running yet`,
        seen: "it runs",
      });
    }
    const load = startLoad(spec, {
      signal: stage.signal,
      seed: stage.seed,
      connect: async (signal, client) => {
        const nodes = await stage.roles.find(spec.node, signal);
        const node = nodes[client % nodes.length];
        const session = await stage.connect(node!, { signal });
        return { session, node: node!.name };
      },
    });
    stage.loads.set(spec.name, load);
    stage.undo.push(`load ${spec.name}`, (signal) => endLoad(stage, spec.name, signal));
    stage.emit({ type: "load", case: stage.case, load: spec.name, change: "started" });
    return Promise.resolve({ evidence: [] });
  };
}

/** Ends a load and reports what it did. Does nothing the second time. */
export async function endLoad(stage: Stage, name: string, signal: AbortSignal): Promise<void> {
  const load = stage.loads.get(name)!;
  if (load.endedAt !== undefined) return;
  await load.end(signal);
  const counts = load.ledger.counts();
  stage.emit({ type: "load", case: stage.case, load: name, change: "ended", counts });
  for (const measure of load.measures()) {
    stage.emit({ type: "measured", case: stage.case, measure });
  }
  const why = load.trouble(Infinity);
  if (why) {
    const text = `load ${name}: GeneratorLate: ${why}; what is missing of its rate, and its ` +
      "latency, say nothing about the database";
    stage.emit({ type: "note", case: stage.case, kind: "warning", text });
  }
}
