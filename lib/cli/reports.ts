/**
 * Writes reports: those of every run, and those asked for by `--report FORMAT[=PATH]`.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { formats, type ReportFormat } from "../report/registry.ts";
import type { Result } from "../result/model.ts";
import { nearest } from "../scenario/nearest.ts";
import { UsageError } from "./usage.ts";

/** A report to be written. */
export interface ReportOrder {
  format: ReportFormat;
  path: string;
}

/**
 * Reads `--report` arguments.
 * @throws {UsageError} for a format that does not exist.
 */
export function readOrders(words: readonly string[], folder: string): ReportOrder[] {
  return words.map((word) => {
    const [name, ...path] = word.split("=");
    const format = formats.get(name!);
    if (!format) {
      const near = nearest(name!, formats.keys());
      const known = near ? `did you mean "${near}"?` : `known: ${[...formats.keys()].join(", ")}`;
      throw new UsageError(`unknown report format "${name}": ${known}`);
    }
    return { format, path: path.length > 0 ? path.join("=") : join(folder, format.file) };
  });
}

/** The reports of every run. */
export function defaultOrders(folder: string): ReportOrder[] {
  const every = [...formats.values()].filter(({ isDefault }) => isDefault);
  return every.map((format) => ({ format, path: join(folder, format.file) }));
}

/** Renders and writes reports; returns their paths. */
export async function writeReports(
  result: Result,
  orders: readonly ReportOrder[],
): Promise<string[]> {
  for (const { format, path } of orders) {
    await Deno.mkdir(dirname(path), { recursive: true });
    // A reader never sees half a report.
    const temporary = `${path}.${Deno.pid}.part`;
    await Deno.writeTextFile(temporary, format.render(result));
    await Deno.rename(temporary, path);
  }
  return orders.map(({ path }) => path);
}
