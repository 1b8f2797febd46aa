/**
 * Writes reports: those of every run, and those asked for by `--report FORMAT[=PATH]`.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { formats, type ReportFormat } from "../report/registry.ts";
import type { Result } from "../result/model.ts";
import { didYouMean } from "../scenario/nearest.ts";
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
      const known = didYouMean(name!, formats.keys()) ?? `known: ${[...formats.keys()].join(", ")}`;
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
    const folder = resolve(dirname(path));
    for (const attachment of format.attachments?.(result) ?? []) {
      await writeWhole(join(folder, attachment.path), attachment.text);
    }
    await writeWhole(path, format.render(result, { folder }));
  }
  return orders.map(({ path }) => path);
}

/** Writes a file that no reader ever sees half of; makes its folder. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${Deno.pid}.part`;
  await Deno.writeTextFile(temporary, text);
  await Deno.rename(temporary, path);
}
