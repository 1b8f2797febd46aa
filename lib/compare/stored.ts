/**
 * Two stored results as a comparison: the repetitions of each case are its turns.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import { exitOf } from "./exit.ts";
import type { Gate } from "./gate.ts";
import { measureChanges } from "./measures.ts";
import type { Comparison } from "./model.ts";
import { caseChanges } from "./verdicts.ts";

/** A result, and the file it comes from. */
export interface Stored {
  name: string;
  result: Result;
}

/** Compares results that are comparable; see fingerprint.ts. */
export function compareStored(
  base: Stored,
  head: Stored,
  gates: readonly Gate[],
): Comparison {
  const [before, after] = [turnsOf(base.result), turnsOf(head.result)];
  const { run } = head.result;
  const outcome: Omit<Comparison, "exit"> = {
    schema: "pgproof/comparison/1",
    base: { name: base.name, hash: base.result.run.stack.hash },
    head: { name: head.name, hash: run.stack.hash },
    changes: [],
    reworded: [],
    run: {
      target: run.target.name,
      postgres: { base: base.result.run.postgres, head: run.postgres },
      seed: run.seed,
      turns: { base: before.length, head: after.length },
      cores: run.runtime.cores,
    },
    inEffect: [],
    cases: caseChanges(before, after),
    ...measureChanges(before, after, gates),
    notes: ["the base is stored: it was not run beside the head, so the machine may explain much"],
  };
  return { ...outcome, exit: exitOf(outcome, { interrupted: false }) };
}

/** The first repetition of every case, the second, and so on, each as a result. */
function turnsOf(result: Result): Result[] {
  const turns: Result[] = [];
  for (const subject of result.cases) {
    const [, id, repetition = "1"] = /^(.*?)(?:#(\d+))?$/s.exec(subject.id)!;
    const index = Number(repetition) - 1;
    while (turns.length <= index) turns.push({ ...result, cases: [] });
    turns[index]!.cases.push({ ...subject, id: id! });
  }
  return turns;
}
