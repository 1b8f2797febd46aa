/**
 * From paths and options to cases; what `verify` and `list` have in common.
 *
 * @module
 */
import { findScenarios, readScenarios } from "../scenario/files.ts";
import type { Case, Scenario } from "../scenario/model.ts";
import { planCases } from "../scenario/plan.ts";
import type { Stack } from "../stack/model.ts";
import { readStack } from "../stack/read.ts";
import type { CaseResult } from "../result/model.ts";
import { affectedBy } from "./affected.ts";
import type { Io } from "./io.ts";
import { readResult } from "./report.ts";

/** The options that select cases. */
export interface SelectionOptions {
  stack: string;
  /** Compose files laid over it, in order. */
  overlay?: string[] | undefined;
  tag?: string | undefined;
  grep?: string | undefined;
  matrix?: Record<string, string> | undefined;
  shard?: { index: number; of: number } | undefined;
  /** Result of an earlier run, whose times balance the parts of a shard. */
  timings?: string | undefined;
  /** Only what differs from this commit can affect. */
  changed?: string | undefined;
  repeat: number;
  seed?: number | undefined;
}

/** What is to be verified, and by which cases. */
export interface Selection {
  stack: Stack;
  cases: Case[];
  seed: number;
  /** Ids of every case of the whole run, when these are one shard of it. */
  plan?: string[];
}

/**
 * Reads the stack and the scenarios.
 * @throws {StackError | ScenarioError | UsageError}
 */
export async function select(
  paths: readonly string[],
  options: SelectionOptions,
  io: Io,
): Promise<Selection> {
  const stack = await readStack(options.stack, { overlays: options.overlay });
  io.hide(stack.secrets);
  const files = await findScenarios([...paths]);
  const { nodes, objectives } = stack;
  const all = await readScenarios(files, { nodes: nodes.map(({ name }) => name), objectives });
  const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
  const scenarios = options.changed === undefined
    ? all
    : await affected(all, { ref: options.changed, stack, io });
  if (scenarios.length === 0) return { stack, cases: [], seed };
  const { repeat, tag, grep, matrix, shard } = options;
  const whole = {
    seed,
    repeat,
    ...(tag === undefined ? {} : { tag }),
    ...(grep === undefined ? {} : { grep }),
    ...(matrix === undefined ? {} : { matrix }),
  };
  if (!shard) return { stack, cases: planCases(scenarios, whole), seed };
  const timings = options.timings === undefined ? {} : { timings: await times(options.timings) };
  const cases = planCases(scenarios, { ...whole, shard, ...timings });
  return { stack, cases, seed, plan: planCases(scenarios, whole).map(({ id }) => id) };
}

/** Says why each is chosen; on the error stream, for standard output may be for programs. */
async function affected(
  scenarios: readonly Scenario[],
  { ref, stack, io }: { ref: string; stack: Stack; io: Io },
): Promise<Scenario[]> {
  const found = await affectedBy(ref, scenarios, stack);
  for (const line of found.why) io.err(`${line}\n`);
  if (found.scenarios.length === 0) {
    io.err(`no file of the stack or of a scenario changed since ${ref}\n`);
  }
  return found.scenarios;
}

/** What each case of a result took, that had a verdict of its own. */
async function times(path: string): Promise<Map<string, number>> {
  const { cases } = await readResult(path);
  const isRun = ({ verdict }: CaseResult) => verdict !== "skipped" && verdict !== "not-run";
  return new Map(cases.filter(isRun).map(({ id, ms }) => [id, ms]));
}
