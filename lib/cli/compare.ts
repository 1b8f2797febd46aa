/**
 * `compare`: the same scenarios on two stacks, case by case on the same machine, and what a change of the
 * stack changed.
 *
 *     sides ─> changes of the files ─> probes ─> cases A B, B A ─> Comparison ─> text, JSON, Markdown
 *
 * Where nothing but words differ, nothing is run.
 *
 * @module
 */
import { join } from "node:path";
import { declaredChanges } from "../compare/changes.ts";
import { incomparable } from "../compare/fingerprint.ts";
import { type Gate, valuesMin } from "../compare/gate.ts";
import { maskComparison } from "../compare/mask.ts";
import { renderComparison } from "../compare/markdown.ts";
import type { Comparison, Which } from "../compare/model.ts";
import { compareStored } from "../compare/stored.ts";
import { formatComparison } from "../compare/text.ts";
import { findScenarios, readScenarios } from "../scenario/files.ts";
import type { Case } from "../scenario/model.ts";
import { planCases } from "../scenario/plan.ts";
import { exitCodes } from "../result/exit.ts";
import { exitOf } from "../compare/exit.ts";
import { contest } from "./compare_run.ts";
import { type ComparedSide, Sides } from "./compare_sides.ts";
import { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { readResult } from "./report.ts";
import { writeWhole } from "./reports.ts";
import type { TargetName } from "./target.ts";
import { UsageError } from "./usage.ts";
import { waiversFrom } from "./waivers.ts";

/** The options of `compare`. */
export interface CompareOptions {
  stack: string;
  overlay?: string[] | undefined;
  scenarios?: string[] | undefined;
  tag?: string | undefined;
  grep?: string | undefined;
  matrix?: Record<string, string> | undefined;
  seed?: number | undefined;
  target: TargetName;
  postgres?: string | undefined;
  workers?: number | undefined;
  /** Turns of each side. */
  repeat: number;
  retries: number;
  timeScale: number;
  allow?: string[] | undefined;
  gate?: Gate[] | undefined;
  always: boolean;
  waivers?: string | undefined;
  out: string;
  json: boolean;
  quiet: boolean;
  verbose: boolean;
}

/** Compares; returns the exit code. */
export async function compare(
  words: readonly string[],
  options: CompareOptions,
  io: Io,
): Promise<number> {
  if (words.length === 2 && words.every((word) => word.endsWith(".json"))) {
    return await tell(await stored(words[0]!, words[1]!, options), options, io);
  }
  checkGates(options);
  await using sides = await Sides.open(words, options.stack, options.overlay);
  const { base, head } = sides;
  const secrets = [...base.stack.secrets, ...head.stack.secrets];
  io.hide(secrets);
  const declared = await declaredChanges(base, head);
  const none: Omit<Comparison, "exit"> = {
    schema: "pgproof/comparison/1",
    ...{ base: base.head, head: head.head, ...declared },
    ...{ inEffect: [], cases: [], measures: [], unmeasured: [], notes: [] },
  };
  let comparison: Comparison = { ...none, exit: exitOf(none, { interrupted: false }) };
  if (declared.changes.length > 0 || options.always) {
    const { cases, seed } = await planned(sides, options);
    if (cases.head.length === 0) {
      io.err("error: nothing is selected\n");
      return exitCodes.nothingSelected;
    }
    const waivers = options.waivers === undefined
      ? []
      : await waiversFrom(options.waivers, cases.head.map(({ scenario }) => scenario));
    const workers = options.workers ?? navigator.hardwareConcurrency;
    using interrupt = new Interrupt((text) => io.err(text));
    const { signal } = interrupt;
    // What is for programs has standard output for itself.
    const shown = options.json ? { ...silenced(io) } : io;
    const on = { cases, seed, workers, waivers, options, signal, io: shown };
    comparison = await contest(sides, comparison, on);
  }
  return await tell(maskComparison(comparison, secrets), options, io);
}

async function tell(comparison: Comparison, options: CompareOptions, io: Io): Promise<number> {
  const { json, out } = options;
  await write(comparison, out);
  if (json) io.out(`${JSON.stringify(comparison, null, 2)}\n`);
  else {
    io.out(formatComparison(comparison, { color: io.color }));
    io.out(`reports: ${out}/compare.json, ${out}/compare.md\n`);
  }
  return comparison.exit;
}

/** Two results of `verify`, whose passwords are masked already. */
async function stored(
  before: string,
  after: string,
  { gate = [] }: CompareOptions,
): Promise<Comparison> {
  const [base, head] = [await readResult(before), await readResult(after)];
  const reasons = incomparable(base, head);
  if (reasons.length > 0) {
    throw new UsageError(`${after} cannot be compared with ${before}:\n  ${reasons.join("\n  ")}`);
  }
  return compareStored({ name: before, result: base }, { name: after, result: head }, gate);
}

function checkGates({ gate = [], repeat }: CompareOptions): void {
  if (gate.length === 0 || repeat >= valuesMin) return;
  throw new UsageError(`a relative gate takes --repeat ${valuesMin} or more: fewer decide nothing`);
}

/**
 * The same cases for both, each judged by the objectives of its own side; a scenario may name a node
 * that only one of them has.
 */
async function planned(
  { base, head }: Sides,
  options: CompareOptions,
): Promise<{ cases: Record<Which, Case[]>; seed: number }> {
  const files = await findScenarios(options.scenarios ?? []);
  const names = [...head.stack.nodes, ...base.stack.nodes].map(({ name }) => name);
  const nodes = [...new Set(names)];
  const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
  const { tag, grep, matrix } = options;
  const casesFor = async ({ stack: { objectives } }: ComparedSide) =>
    planCases(await readScenarios(files, { nodes, objectives }), {
      seed,
      repeat: 1,
      ...(tag === undefined ? {} : { tag }),
      ...(grep === undefined ? {} : { grep }),
      ...(matrix === undefined ? {} : { matrix }),
    });
  return { cases: { base: await casesFor(base), head: await casesFor(head) }, seed };
}

function silenced(io: Io): Io {
  return { ...io, out: (text) => io.err(text), isTerminal: false, columns: () => undefined };
}

async function write(comparison: Comparison, folder: string): Promise<void> {
  try {
    await writeWhole(join(folder, "compare.json"), `${JSON.stringify(comparison, null, 2)}\n`);
    await writeWhole(join(folder, "compare.md"), renderComparison(comparison));
  } catch (error) {
    throw new UsageError(`cannot write results to ${folder}: ${(error as Error).message}`);
  }
}
