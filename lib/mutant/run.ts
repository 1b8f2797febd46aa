/**
 * Runs one mutant, from a copy of the stack to what became of it.
 *
 *     copy the stack ─> change the copy ─> open a target ─> cases (events) ─> fold ─> judge
 *
 * @module
 */
import { NodeError, type Target } from "../cluster/model.ts";
import { foldEvents, readEvents } from "../result/fold.ts";
import type { CaseResult } from "../result/model.ts";
import { openEventSink } from "../result/sink.ts";
import { runCases } from "../run/runner.ts";
import { runStarted } from "../run/started.ts";
import { ScenarioError } from "../scenario/diagnostic.ts";
import type { Case } from "../scenario/model.ts";
import type { Stack } from "../stack/model.ts";
import { StackError } from "../stack/read.ts";
import { casesOf, planOn, shippedCases } from "./cases.ts";
import { StackCopy } from "./copy.ts";
import { ChangeError } from "./error.ts";
import { findingOf, judge, type Judgement } from "./judge.ts";
import type { Mutant, MutantResult } from "./model.ts";
import { seeded } from "./seeded_target.ts";

/** What the runs of all mutants share. */
export interface Workshop {
  /** The stack as it is. */
  stack: Stack;
  /** Opens the target for a changed stack. */
  open(stack: Stack): Promise<Target>;
  /** Cases of the stack as it is that did not pass, by id, with why: they say nothing of a mutant. */
  broken: ReadonlyMap<string, string>;
  /** Where the events of a mutant are written. */
  eventsPath(mutant: Mutant): string;
  /** Run every scenario, not only those that a mutant names. */
  full: boolean;
  seed: number;
  timeScale: number;
  argv: readonly string[];
  /** Aborts on an interrupt. */
  signal: AbortSignal;
}

/** Runs a mutant. Never throws for what happens with it. */
export async function runMutant(mutant: Mutant, shop: Workshop): Promise<MutantResult> {
  const startedAt = performance.now();
  const { file, name, why, kill } = mutant;
  const { also, ...judged } = await outcomeOf(mutant, shop);
  const { scenario, check, start, seen, by } = kill ?? {};
  const expected = kill && { expected: { scenario, check, start, seen, by } as typeof kill };
  return {
    ...{ file, name, why, ...judged, ...expected },
    ms: performance.now() - startedAt,
    ...(also === undefined ? {} : { also }),
  };
}

type Judged = Judgement & Pick<MutantResult, "events" | "also">;

async function outcomeOf(mutant: Mutant, shop: Workshop): Promise<Judged> {
  try {
    await using copy = await StackCopy.of(shop.stack);
    const stack = await copy.apply(mutant.changes);
    const cases = casesOf(mutant, planOn(stack, shop.seed));
    const broken = cases.map(({ id }) => shop.broken.get(id)).find((each) => each !== undefined);
    if (broken !== undefined) return { outcome: "invalid", seen: `without the change: ${broken}` };
    return await onTarget(mutant, { stack, cases, shop });
  } catch (error) {
    if (error instanceof ChangeError) return { outcome: "invalid", seen: error.message };
    // What the stack is refused with before any server has started.
    if (error instanceof StackError || error instanceof ScenarioError) {
      return judge(mutant, { unusable: error.message.replace(/^error: /, "") });
    }
    if (!(error instanceof NodeError)) throw error;
    return judge(mutant, { unusable: [error.message, ...error.log].join("\n") });
  }
}

async function onTarget(
  mutant: Mutant,
  { stack, cases, shop }: { stack: Stack; cases: Case[]; shop: Workshop },
): Promise<Judged> {
  const opened = await shop.open(stack);
  try {
    const target = seeded(opened, mutant.changes);
    const events = shop.eventsPath(mutant);
    const others = shop.full ? await otherCases(mutant, { stack, cases, shop }) : [];
    const results = await perform([...cases, ...others], { target, events, shop });
    const isNamed = ({ id }: { id: string }) => cases.some((each) => each.id === id);
    const judged = judge(mutant, { cases: results.filter(isNamed) });
    if (!shop.full) return { ...judged, events };
    const also = results.filter((each) => !isNamed(each)).flatMap((each) => {
      const finding = findingOf(each);
      if (each.verdict !== "failed" || !finding) return [];
      return [{ case: each.id, check: finding.check, seen: finding.seen }];
    });
    return { ...withOthers(judged, also), events, also };
  } finally {
    await opened.close();
  }
}

/** What the other scenarios add to a judgement: one that survives here may be seen there. */
function withOthers(judged: Judgement, also: NonNullable<MutantResult["also"]>): Judgement {
  const [first] = also;
  if (!first) return judged;
  const seen = `${first.case}: ${first.check}: ${first.seen}`;
  if (judged.outcome === "survived") return { outcome: "killed-otherwise", seen };
  return judged.outcome === "equivalent" ? { outcome: "false-alarm", seen } : judged;
}

/**
 * Every other case that ships and passes without the mutant; none when the mutant is a change to a
 * scenario.
 */
async function otherCases(
  mutant: Mutant,
  { stack, cases, shop }: { stack: Stack; cases: readonly Case[]; shop: Workshop },
): Promise<Case[]> {
  if (mutant.changes.some(({ kind }) => kind === "scenario")) return [];
  const all = await shippedCases(stack, shop.seed);
  return all.filter(({ id }) => !shop.broken.has(id) && !cases.some((each) => each.id === id));
}

/** Runs cases one after the other and tells how they ended. */
export async function perform(
  cases: readonly Case[],
  on: { target: Target; events: string; shop: Omit<Workshop, "broken">; workers?: number },
): Promise<CaseResult[]> {
  const { target, events, shop, workers = 1 } = on;
  const { seed, timeScale, signal, argv } = shop;
  const { stack } = target;
  const startedAt = performance.now();
  const sink = openEventSink(events, { secrets: stack.secrets });
  try {
    const { emit } = sink;
    emit(await runStarted({ stack, cases, target, why: "a mutant", argv, seed, workers }));
    const how = { retries: 0, failFast: false, timeScale, signal };
    await runCases(cases, { target, emit, workers, ...how });
    const ms = performance.now() - startedAt;
    emit({ type: "run-ended", ms, interrupted: signal.aborted });
  } finally {
    sink.close();
  }
  return foldEvents(readEvents(await Deno.readTextFile(events))).cases;
}
