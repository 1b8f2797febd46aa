/**
 * `--last-failed`: the cases that did not pass in the last run, from its `result.json`.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import type { Case } from "../scenario/model.ts";
import { readResult } from "./report.ts";
import { UsageError } from "./usage.ts";

/** What has to be run again. A case that an interrupt kept from running was not judged either. */
const again = new Set(["failed", "error", "skipped"]);

/** Ids of the cases of a result that have to be run again. */
export function failedIds({ cases }: Result): Set<string> {
  return new Set(cases.filter(({ verdict }) => again.has(verdict)).map(({ id }) => id));
}

/**
 * Keeps the cases that did not pass last time.
 * @param path Of `result.json`.
 * @throws {UsageError} when there is no such result, or none of its failed cases is selected.
 */
export async function lastFailed(cases: readonly Case[], path: string): Promise<Case[]> {
  const failed = failedIds(await readResult(path));
  if (failed.size === 0) throw new UsageError(`in ${path} everything passed`);
  const kept = cases.filter(({ id }) => failed.has(id));
  if (kept.length > 0) return kept;
  throw new UsageError(`none of the ${failed.size} cases that failed in ${path} is selected`);
}
