/**
 * Which changes a broken case may come from: a help for who reads it, never a verdict.
 *
 * @module
 */
import type { CaseChange, Change } from "./model.ts";

/**
 * Indexes of the changes: the only one there is; else those whose names the problem or the scenario
 * itself mentions. Empty: nobody can say.
 */
export function suspectsOf(
  changes: readonly Change[],
  { problem, source }: { problem: CaseChange["problem"]; source: string },
): number[] {
  if (changes.length === 1) return [0];
  const text = `${problem?.text ?? ""}\n${problem?.step ?? ""}\n${source}`.toLowerCase();
  return changes.flatMap(({ kind, what }, index) => {
    const word = kind === "rule" ? "pg_hba" : what.toLowerCase();
    return new RegExp(String.raw`(?<![\w.-])${RegExp.escape(word)}(?![\w-])`).test(text)
      ? [index]
      : [];
  });
}
