/**
 * `load`: starts a named load; it runs until `end:` or the end of the scenario.
 *
 * @module
 */
import type { RunningLoad } from "../load/model.ts";
import { noteWalEnd } from "../fact/lost_wal.ts";
import { startPgbench } from "../load/pgbench.ts";
import { startLoad } from "../load/start.ts";
import { limits } from "../run/limits.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { LoadSpec, LoadStep } from "../scenario/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { startWorkload } from "../workload/start.ts";
import type { Performer, Play } from "./kind.ts";

/** Performs `load`, for a scenario with these loads. */
export function loadPerformer(specs: readonly LoadSpec[]): Performer<LoadStep> {
  return async (step, play) => {
    const { stage } = play;
    const spec = specs.find((each) => each.name === step.load)!;
    const running = stage.loads.get(spec.name);
    if (running && running.endedAt === undefined) {
      throw new StepProblem("error", {
        code: "LoadRuns",
        expected: `load "${spec.name}" not running yet`,
        seen: "it runs",
      });
    }
    const load = await startOf(spec, play);
    stage.loads.set(spec.name, load);
    stage.undo.push(`load ${spec.name}`, (signal) => endLoad(stage, spec.name, signal));
    stage.emit({ type: "load", case: stage.case, load: spec.name, change: "started" });
    return { evidence: [] };
  };
}

async function startOf(spec: LoadSpec, play: Play): Promise<RunningLoad> {
  const { stage, deadline } = play;
  const { signal, seed } = stage;
  if (spec.pgbench !== undefined) {
    return await startPgbenchOf({ ...spec, pgbench: spec.pgbench }, play);
  }
  if (!spec.workload) {
    return startLoad(spec, {
      signal,
      seed,
      connect: async (limit, client) => {
        const nodes = await stage.roles.find(spec.node, limit);
        const node = nodes[client % nodes.length];
        const session = await stage.connect(node!, { signal: limit });
        return { session, node: node!.name };
      },
    });
  }
  const ms = limits.stepMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  return await startWorkload({ ...spec, workload: spec.workload }, {
    signal,
    seed,
    limit: own.signal,
    before: stage.loads.get(spec.name)?.recording?.round ?? 0,
    find: (selector, limit) => stage.roles.find(selector, limit),
    connect: (node, limit) => stage.connect(node, { signal: limit }),
  });
}

async function startPgbenchOf(
  spec: LoadSpec & { pgbench: string },
  { stage, deadline }: Play,
): Promise<RunningLoad> {
  const ms = limits.stepMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  const [node] = await stage.roles.find(spec.node, own.signal);
  return await startPgbench(spec, {
    signal: stage.signal,
    limit: own.signal,
    node: node!,
    connect: (to, signal) => stage.connect(to, { signal }),
    seed: stage.seed,
  });
}

/** Ends a load and reports what it did. Does nothing the second time. */
export async function endLoad(stage: Stage, name: string, signal: AbortSignal): Promise<void> {
  const load = stage.loads.get(name)!;
  if (load.endedAt !== undefined) return;
  await load.end(signal);
  await noteEnd(stage, load, signal);
  const counts = load.ledger.counts();
  stage.emit({ type: "load", case: stage.case, load: name, change: "ended", counts });
  for (const measure of load.measures()) {
    stage.emit({ type: "measured", case: stage.case, measure });
  }
  if (load.recording && stage.keepHistory) {
    const { recording } = load;
    const path = await stage.keepHistory({ case: stage.case, load: name, recording });
    const text = `history of load ${name}: ${path}`;
    stage.emit({ type: "note", case: stage.case, kind: "evidence", text });
  }
  const why = load.trouble(Infinity);
  if (why) {
    const text = `load ${name}: GeneratorLate: ${why}; what is missing of its rate, and its ` +
      "latency, say nothing about the database";
    stage.emit({ type: "note", case: stage.case, kind: "warning", text });
  }
}

/**
 * Where the WAL of the node that was written to ends: when it is lost next, `data_loss` can say how
 * much of it was.
 */
async function noteEnd(stage: Stage, load: RunningLoad, signal: AbortSignal): Promise<void> {
  if (!load.spec.ledger) return;
  const last = load.ledger.operations.findLast(({ fate }) => fate === "acknowledged");
  const node = stage.cluster.nodes.find(({ name }) => name === last?.node);
  if (!node || await node.state() !== "running") return;
  await noteWalEnd(stage, node, signal).catch((error) => {
    if (!signal.aborted) throw error;
  });
}
