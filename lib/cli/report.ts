/**
 * `report`: renders reports from the result of an earlier run.
 *
 * @module
 */
import { foldEvents, readEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { withWaivers } from "../result/waive.ts";
import { waiversFrom } from "./waivers.ts";
import { exitCodes } from "../result/exit.ts";
import { UsageError } from "./usage.ts";
import type { Io } from "./io.ts";
import { readOrders, writeReports } from "./reports.ts";

/** Renders; without `--report` prints the JSON. */
export async function report(
  path: string,
  options: { report?: string[] | undefined; waivers?: string | undefined },
  io: Io,
): Promise<number> {
  const orders = readOrders(options.report ?? ["junit"], ".");
  const result = await waived(await readResult(path), options.waivers);
  for (const written of await writeReports(result, orders)) io.out(`${written}\n`);
  return exitCodes.passed;
}

/** The result with other waivers than those of its run. */
async function waived(result: Result, path: string | undefined): Promise<Result> {
  if (path === undefined) return result;
  const waivers = await waiversFrom(path, result.cases);
  const cases = result.cases.map((subject) => {
    if (subject.verdict !== "waived") return subject;
    const { reason: _reason, ...rest } = subject;
    return { ...rest, verdict: "failed" as const };
  });
  return withWaivers({ ...result, run: { ...result.run, waivers }, cases });
}

/**
 * Reads `result.json`, or derives it from `events.ndjson`.
 * @throws {UsageError} when the file is neither.
 */
export async function readResult(path: string): Promise<Result> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
  if (path.endsWith(".ndjson")) return foldEvents(readEvents(text));
  try {
    const result = JSON.parse(text) as Result;
    if (result?.schema === "pgproof/result/1") return result;
  } catch {
    // Said below: whatever it is, it is no result.
  }
  throw new UsageError(`${path} is not a result of pgproof (schema pgproof/result/1)`);
}
