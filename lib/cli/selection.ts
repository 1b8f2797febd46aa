/**
 * From paths and options to cases; what `verify` and `list` have in common.
 *
 * @module
 */
import { findScenarios, readScenarios } from "../scenario/files.ts";
import type { Case } from "../scenario/model.ts";
import { planCases } from "../scenario/plan.ts";
import type { Stack } from "../stack/model.ts";
import { readStack } from "../stack/read.ts";
import type { Io } from "./io.ts";

/** The options that select cases. */
export interface SelectionOptions {
  stack: string;
  tag?: string | undefined;
  grep?: string | undefined;
  matrix?: Record<string, string> | undefined;
  shard?: { index: number; of: number } | undefined;
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
  const stack = await readStack(options.stack);
  io.hide(stack.secrets);
  const files = await findScenarios([...paths]);
  const nodes = stack.nodes.map((node) => node.name);
  const scenarios = await readScenarios(files, { nodes });
  const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
  const { repeat, tag, grep, matrix, shard } = options;
  const whole = {
    seed,
    repeat,
    ...(tag === undefined ? {} : { tag }),
    ...(grep === undefined ? {} : { grep }),
    ...(matrix === undefined ? {} : { matrix }),
  };
  if (!shard) return { stack, cases: planCases(scenarios, whole), seed };
  const cases = planCases(scenarios, { ...whole, shard });
  return { stack, cases, seed, plan: planCases(scenarios, whole).map(({ id }) => id) };
}
