/**
 * The part of `compare` that happens: both stacks are tried, then every case runs on each of them, in
 * turns, so that a machine that grows slower or busier does so for both.
 *
 * @module
 */
import { exitOf } from "../compare/exit.ts";
import { inEffectChanges, markInert } from "../compare/in_effect.ts";
import { measureChanges } from "../compare/measures.ts";
import type { CaseChange, Change, Comparison, Which } from "../compare/model.ts";
import { suspectsOf } from "../compare/suspects.ts";
import { caseChanges } from "../compare/verdicts.ts";
import { Contender, type Contest } from "./compare_contender.ts";
import type { Sides } from "./compare_sides.ts";

/** A, B, B, A, and so on: neither side is always the first. */
export function turnsOf(repeat: number): Which[] {
  return Array.from(
    { length: repeat },
    (_, round): Which[] => round % 2 === 0 ? ["base", "head"] : ["head", "base"],
  ).flat();
}

/** Runs both sides; what came of it is put upon the comparison of their files. */
export async function contest(
  sides: Sides,
  files: Comparison,
  on: Contest,
): Promise<Comparison> {
  await using base = new Contender(sides.base, on);
  await using head = new Contender(sides.head, on);
  const both = { base, head };
  const notes = await probeBoth(both, on);
  const turns = await runTurns(both, on);
  const inEffect = base.running && head.running
    ? inEffectChanges(base.running, head.running, sides.head)
    : [];
  const isTried = base.running !== undefined && head.running !== undefined;
  const changes = isTried ? markInert(files.changes, inEffect) : files.changes;
  const target = head.target ?? base.target;
  const outcome: Omit<Comparison, "exit"> = {
    ...files,
    base: { ...files.base, ...(base.down === undefined ? {} : { down: base.down }) },
    head: { ...files.head, ...(head.down === undefined ? {} : { down: head.down }) },
    changes,
    run: {
      target: target?.name ?? on.options.target,
      postgres: { base: versionOf(base), head: versionOf(head) },
      seed: on.seed,
      turns,
      cores: navigator.hardwareConcurrency,
      ...(on.signal.aborted ? { stopped: "it was interrupted" } : {}),
    },
    inEffect,
    cases: withSuspects(
      caseChanges(base.turns, head.turns, { isBaseDown: base.down !== undefined }),
      { changes, sources: head.turns[0]?.run.sources ?? {} },
    ),
    ...measureChanges(base.turns, head.turns, on.options.gate ?? []),
    notes,
  };
  return { ...outcome, exit: exitOf(outcome, { interrupted: on.signal.aborted }) };
}

interface Both {
  base: Contender;
  head: Contender;
}

/**
 * Tries both stacks. One that does not come up is tried again, with the other one before or after it:
 * where that still comes up, it is not the machine.
 */
async function probeBoth({ base, head }: Both, { io, signal }: Contest): Promise<string[]> {
  const notes: string[] = [];
  await base.probe();
  await head.probe();
  const first = { base: base.down, head: head.down };
  if (first.base === undefined && first.head === undefined) return notes;
  for (const contender of [head, base]) if (!signal.aborted) await contender.probe();
  for (const { side: { which }, down } of [base, head]) {
    if (first[which] !== undefined && down === undefined) {
      notes.push(`the ${which}'s stack came up at the second attempt only: ${first[which]}`);
    }
    if (first[which] === undefined && down !== undefined) {
      notes.push(`the ${which}'s stack came up at the first attempt, and not at the second`);
    }
    if (down !== undefined) io.out(`the ${which}'s stack does not come up: ${down}\n`);
  }
  return notes;
}

/** The turns that were begun. On a stack that does not come up every case would fail alike. */
async function runTurns(both: Both, on: Contest): Promise<Which[]> {
  const done: Which[] = [];
  if (both.head.down !== undefined) return done;
  const turns = turnsOf(on.options.repeat)
    .filter((which) => both[which].down === undefined);
  for (const [index, which] of turns.entries()) {
    if (on.signal.aborted) break;
    const { name } = both[which].side.head;
    on.io.out(`\nturn ${index + 1} of ${turns.length}: the ${which}, ${name}\n`);
    done.push(which);
    await both[which].turn();
  }
  return done;
}

function versionOf({ target }: Contender): string {
  return target?.postgres.text ?? "";
}

function withSuspects(
  cases: readonly CaseChange[],
  on: { changes: readonly Change[]; sources: Readonly<Record<string, string>> },
): CaseChange[] {
  return cases.map((subject) => {
    const { course, file, problem } = subject;
    if (course !== "broke" && course !== "fails") return subject;
    const suspects = suspectsOf(on.changes, { problem, source: on.sources[file] ?? "" });
    return { ...subject, suspects };
  });
}
