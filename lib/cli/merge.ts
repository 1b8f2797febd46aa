/**
 * `merge`: joins the results of shards and renders reports of the whole.
 *
 * @module
 */
import { formatSummary } from "../report/summary.ts";
import { exitCodeOf } from "../result/exit.ts";
import { MergeError, mergeResults } from "../result/merge.ts";
import type { Result } from "../result/model.ts";
import type { Io } from "./io.ts";
import { readResult } from "./report.ts";
import { defaultOrders, readOrders, writeReports } from "./reports.ts";
import { UsageError } from "./usage.ts";

/** The options of `merge`. */
export interface MergeOptions {
  out: string;
  report?: string[] | undefined;
  quiet?: boolean | undefined;
}

/**
 * Merges; returns the exit code that one run would have had.
 * @throws {UsageError} when the results do not belong together.
 */
export async function merge(
  paths: readonly string[],
  options: MergeOptions,
  io: Io,
): Promise<number> {
  const orders = [...defaultOrders(options.out), ...readOrders(options.report ?? [], options.out)];
  const merged = together(await Promise.all(paths.map(readResult)));
  const written = await writeReports(merged, orders);
  io.out(formatSummary(merged, {
    sources: new Map(Object.entries(merged.run.sources ?? {})),
    color: io.color,
    written,
    quiet: options.quiet ?? false,
  }));
  return exitCodeOf(merged);
}

function together(results: readonly Result[]): Result {
  try {
    return mergeResults(results);
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(error.message);
    throw error;
  }
}
