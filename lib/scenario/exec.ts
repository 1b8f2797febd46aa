/**
 * The step `exec`.
 *
 * @module
 */
import { readComparison } from "./comparison_checks.ts";
import type { Path } from "./document.ts";
import type { ExecStep, StepBase } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkSaved } from "./statements.ts";

/** Builds `exec`. */
export function buildExec(
  reading: Reading,
  base: StepBase,
  { words, path }: { words: Record<string, unknown>; path: Path },
): ExecStep {
  const compare = readComparison(reading, words, path);
  const save = words.save as ExecStep["save"] | undefined;
  checkSaved(reading, save, path);
  if (Object.keys(compare).length > 0 || words.error !== undefined) reading.counts.judging++;
  return {
    ...base,
    verb: "exec",
    command: words.exec as string[],
    node: (words.node as string | undefined) ?? "primary",
    status: (words.error as number | undefined) ?? 0,
    compare,
    save: save ?? {},
  };
}
