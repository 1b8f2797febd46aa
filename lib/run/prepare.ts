/**
 * Makes a cluster that runs as the stack says ready for a case: relays where the scenario disturbs
 * links, what it changes in SQL, and then the preconditions of every case.
 *
 * @module
 */
import { enter } from "../link/enter.ts";
import { relayedNodes } from "../link/named.ts";
import { type BrokenPrecondition, checkPreconditions } from "../precondition/check.ts";
import type { StepHead } from "../result/event.ts";
import type { Scenario } from "../scenario/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { diagnose } from "../trouble/diagnose.ts";
import { arrange } from "./arrange.ts";
import { limits } from "./limits.ts";
import { StepProblem } from "./problem.ts";
import { problemOf } from "./problem_of.ts";
import type { CaseRecord } from "./record.ts";
import type { Stage } from "./stage.ts";

/** What the preparation of a case needs. */
export interface PrepareOptions {
  scenario: Scenario;
  /** Hears why the case cannot begin. */
  record: CaseRecord;
  signal: AbortSignal;
}

/** Prepares a cluster; false when the case cannot begin on it. */
export async function prepare(stage: Stage, options: PrepareOptions): Promise<boolean> {
  const { scenario, record } = options;
  const ms = limits.clusterMs * stage.timeScale;
  using deadline = new Deadline(`cluster (${formatDuration(ms)})`, ms, options.signal);
  const { signal } = deadline;
  try {
    await relay(stage, scenario, signal);
    await arrange(stage, scenario.cluster, signal);
    const startedAt = performance.now();
    const { timeScale } = stage;
    const change = scenario.cluster;
    const broken = await checkPreconditions(stage, { change, timeScale, signal });
    const ms = performance.now() - startedAt;
    const isTold = broken.some(({ precondition }) => precondition.settles);
    const causes = isTold ? await diagnose(stage, { since: stage.logStart, signal }) : [];
    for (const each of broken) tell(each, { scenario, record, ms, causes });
    return broken.length === 0;
  } catch (error) {
    if (!options.signal.aborted) {
      const { problem, evidence } = problemOf(error, "the cluster as the scenario changes it");
      record.problem(new StepProblem("error", problem, evidence));
    }
    return false;
  }
}

/** Leads the links that the scenario disturbs through relays; a primary's as soon as it has one. */
async function relay(stage: Stage, scenario: Scenario, signal: AbortSignal): Promise<void> {
  const { nodes } = stage.cluster;
  const names = relayedNodes(scenario, nodes.map(({ name }) => name));
  if (names.length === 0) return;
  stage.undoRelays();
  await Promise.all(
    nodes.filter(({ name }) => names.includes(name)).map(async (node) => {
      stage.links.relay(node);
      if (node.declared.role === "replica") await enter(stage, node, signal);
    }),
  );
}

/** A broken precondition is told as a step that failed, though the plan has none. */
function tell(
  { precondition, broken }: BrokenPrecondition,
  { scenario, record, ms, causes }: {
    scenario: Scenario;
    record: CaseRecord;
    ms: number;
    /** What the servers' logs and states say. */
    causes: readonly string[];
  },
): void {
  const { name, requirement, cause, remedy, settles } = precondition;
  const title = `precondition ${name}`;
  const head: StepHead = {
    id: title,
    place: scenario.place,
    title,
    verb: "precondition",
    section: "setup",
  };
  record.emit({ type: "step-started", case: record.id, step: head.id, head });
  const problem = {
    code: "PreconditionBroken",
    expected: requirement,
    seen: broken.map(({ node, seen }) => `${node} ${seen}`).join("; "),
    notes: settles && causes.length > 0
      ? [...causes]
      : [`likely cause: ${cause}`, `what to do: ${remedy}`],
  };
  const evidence = broken.map(({ node, seen }) => ({ kind: "precondition", node, text: seen }));
  record.step(head.id, "failed", { ms, problem, evidence });
}
