/**
 * Runs one case, from nothing to nothing.
 *
 *     create ─> prepare ─> setup ─> steps ────────────> evidence ─> finally ─> undo ─> remove
 *                                   └─ always, sampled ─┘ (if it did not pass)
 *
 * @module
 */
import { type Cluster, NodeError, type Target } from "../cluster/model.ts";
import type { Emit } from "../result/event.ts";
import type { Case } from "../scenario/model.ts";
import { diskTranslations, filledDisks } from "../fault/disks.ts";
import { leave } from "../link/enter.ts";
import { relayTranslations } from "../link/named.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { KeepHistory } from "../workload/model.ts";
import { collect } from "./collect.ts";
import { collectEvidence } from "./evidence.ts";
import { watchInvariants } from "./invariants.ts";
import { keptLines } from "./keep.ts";
import { limits } from "./limits.ts";
import { overload } from "./overload.ts";
import { Player } from "./player.ts";
import { prepare } from "./prepare.ts";
import { StepProblem, Stopped } from "./problem.ts";
import { problemOf } from "./problem_of.ts";
import { CaseRecord } from "./record.ts";
import { Sampler } from "./sampler.ts";
import { markLogs, Stage } from "./stage.ts";

/** What a case needs. */
export interface CaseOptions {
  target: Target;
  emit: Emit;
  /** Number of the worker, from 1. */
  worker: number;
  /** Which attempt this is, from 1. */
  attempt: number;
  /** Multiplies every time limit. */
  timeScale: number;
  /** Keeps histories of workloads. Absent: they end with the case. */
  keepHistory?: KeepHistory | undefined;
  /** By how the case went so far: whether its cluster is left as it is, nothing undone. */
  keeps?: (verdict: "passed" | "failed" | "error") => boolean;
  /** Aborts with {@link Stopped} on an interrupt. */
  signal: AbortSignal;
}

/** Runs a case to its verdict. Never throws for what happens in the case. */
export async function runCase(
  subject: Case,
  options: CaseOptions,
): Promise<"passed" | "failed" | "error"> {
  const { emit, worker, attempt, signal } = options;
  const record = new CaseRecord(subject.id, emit);
  emit({ type: "case-started", case: subject.id, worker, attempt });
  try {
    const cluster = await createCluster(subject, record, options);
    if (cluster) {
      try {
        await play(subject, cluster, { record, options });
      } finally {
        // Does nothing to one that is kept.
        await cluster.remove();
      }
    }
  } catch (error) {
    record.problem(problemOf(error, "the case to run and to be undone"));
  }
  if (signal.aborted && record.verdict === "passed") {
    const seen = (signal.reason as Error).message;
    record.problem(new StepProblem("error", { code: "Interrupted", expected: "an end", seen }));
  }
  return record.ended();
}

async function createCluster(
  subject: Case,
  record: CaseRecord,
  options: CaseOptions,
): Promise<Cluster | undefined> {
  const ms = limits.clusterMs * options.timeScale;
  using deadline = new Deadline(`cluster (${formatDuration(ms)})`, ms, options.signal);
  const startedAt = performance.now();
  try {
    const { signal } = deadline;
    const { cluster: change } = subject.scenario;
    const disks = filledDisks(subject.scenario, options.target.stack.nodes.map(({ name }) => name));
    const cluster = await options.target.create({
      change: disks ? { ...change, disks } : change,
      signal,
    });
    options.emit({
      type: "cluster-created",
      case: subject.id,
      ms: performance.now() - startedAt,
      nodes: cluster.nodes.map(({ name, declared, address }) => ({
        name,
        role: declared.role,
        ...address,
      })),
      translations: [
        ...cluster.translations,
        ...diskTranslations(disks),
        ...relayTranslations(subject.scenario, cluster.nodes.map(({ name }) => name)),
      ],
    });
    return cluster;
  } catch (error) {
    if (options.signal.aborted) return undefined;
    const problem = problemOf(error, "a primary that accepts writes, every replica streaming");
    const why = deadline.signal.aborted ? overload() : undefined;
    record.problem(why === undefined ? problem : undecided(problem, why));
    return undefined;
  }
}

/** What a limit of time ended would have gone on, and nobody knows to what end. */
function undecided({ problem, evidence }: StepProblem, why: string): StepProblem {
  const seen = `${problem.seen}; ${why}`;
  const notes = [
    ...problem.notes,
    "give it more time with --time-scale, or fewer clusters with --workers 1",
  ];
  return new StepProblem("error", { ...problem, code: "Overload", seen, notes }, evidence);
}

async function play(
  subject: Case,
  cluster: Cluster,
  on: { record: CaseRecord; options: CaseOptions },
): Promise<void> {
  const { record, options } = on;
  const { scenario } = subject;
  const { timeScale, emit } = options;
  const violation = new AbortController();
  const ms = scenario.timeoutMs * timeScale;
  const outer = AbortSignal.any([options.signal, violation.signal]);
  using deadline = new Deadline(`scenario (${formatDuration(ms)})`, ms, outer);
  const logStart = await markLogs(cluster);
  await using stage = new Stage(subject, cluster, {
    stack: options.target.stack,
    emit,
    logStart,
    timeScale,
    keepHistory: options.keepHistory,
    signal: deadline.signal,
  });
  await using _sampler = new Sampler(stage);
  const player = new Player(scenario, stage, record, options.target);
  let isGood = await prepare(stage, { scenario, record, signal: outer }) &&
    await player.play(scenario.setup, deadline);
  if (!isGood) await player.settle(false);
  else {
    const { signal } = deadline;
    const violated = (stop: Stopped) => violation.abort(stop);
    const watch = watchInvariants(scenario.always, { stage, record, violated, signal });
    isGood = await player.play(scenario.steps, deadline);
    // What invariants would see from here on is a consequence of the step that did not pass.
    if (!isGood) violation.abort(new Stopped("a step did not pass"));
    isGood = await player.settle(isGood) && isGood;
    isGood = await watch.end() && isGood;
  }
  if (!isGood) record.note("evidence", "seen at the end", await collectEvidence(stage));
  for (const { title, evidence } of await collect(stage, scenario.collect ?? [])) {
    record.note("evidence", title, evidence);
  }
  if (options.keeps?.(record.verdict) && !options.signal.aborted) {
    // The relays end with this process, the cluster does not.
    await leave(stage, AbortSignal.timeout(limits.undoMs * timeScale))
      .catch((error) => record.note("undo-failed", `relays between nodes: ${error.message}`));
    cluster.keep();
    for (const line of keptLines(cluster)) record.note("warning", line);
    return;
  }
  await endCase(player, stage, { record, scenario });
}

/** What happens however the case went: `finally`, then undo. Each has its own time. */
async function endCase(
  player: Player,
  stage: Stage,
  on: { record: CaseRecord; scenario: Case["scenario"] },
): Promise<void> {
  const { record, scenario } = on;
  if (scenario.finally.length > 0) {
    const ms = limits.clusterMs * stage.timeScale;
    using deadline = new Deadline(`finally (${formatDuration(ms)})`, ms);
    await player.settle(await player.play(scenario.finally, deadline));
  }
  const ms = limits.undoMs * stage.timeScale;
  const problems = await stage.undo.unwind(
    () => AbortSignal.timeout(ms),
    (what) => record.note("undo", what),
  );
  for (const { what, error } of problems) {
    record.note("undo-failed", `${what}: ${error.message}`);
    const seen = `${what}: ${error.message}`;
    const log = error instanceof NodeError
      ? error.log.map((text) => ({
        kind: "log",
        text,
        ...(error.node ? { node: error.node } : {}),
      }))
      : [];
    const problem = { code: "UndoFailed", expected: "everything undone", seen };
    record.problem(new StepProblem("error", problem, log));
  }
}
