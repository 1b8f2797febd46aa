/**
 * The part of `compare` that happens: both stacks are tried, then every case runs on each of them, one
 * right after the other, so that a machine that grows slower or busier does so for both.
 *
 * @module
 */
import { exitOf } from "../compare/exit.ts";
import { inEffectChanges, markInert } from "../compare/in_effect.ts";
import { measureChanges } from "../compare/measures.ts";
import type { CaseChange, Change, Comparison } from "../compare/model.ts";
import { suspectsOf } from "../compare/suspects.ts";
import { caseChanges } from "../compare/verdicts.ts";
import { startProgress } from "../report/progress.ts";
import { runInTurns } from "../run/runner.ts";
import { Contender, type Contest, type Turn } from "./compare_contender.ts";
import type { Sides } from "./compare_sides.ts";
import { Gathered } from "./compare_watch.ts";
import { shownOn } from "./verify_run.ts";

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
  await runTurns(both, on);
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
      turns: { base: base.turns.length, head: head.turns.length },
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

/** Turns until all are done. On a stack that does not come up every case would fail alike. */
async function runTurns({ base, head }: Both, on: Contest): Promise<void> {
  if (head.down !== undefined) return;
  const sides = [base, head].filter(({ down }) => down === undefined);
  const { repeat } = on.options;
  for (let turn = 1; turn <= repeat && !on.signal.aborted; turn++) {
    const names = sides.map(({ side }) => `${side.which} ${side.head.name}`).join(", ");
    on.io.out(`\nturn ${turn} of ${repeat}: ${names}\n`);
    await runTurn(sides, turn, on);
  }
}

/** Every case on each side, which of them is the first alternating from case to case and turn to turn. */
async function runTurn(sides: readonly Contender[], number: number, on: Contest): Promise<void> {
  const source = new Gathered(sides.length);
  const progress = startProgress(source, shownOn(on));
  const turns: Turn[] = [];
  try {
    for (const contender of sides) {
      turns.push(await contender.begin((each) => source.add(contender.side.which, each)));
    }
    await runInTurns(
      turns.map(({ how }, index) => ({ ...how, cases: sides[index]!.cases })),
      number - 1,
    );
    for (const turn of turns) turn.ended();
  } finally {
    for (const turn of turns) turn.close();
    progress.end();
  }
  for (const turn of turns) await turn.report();
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
