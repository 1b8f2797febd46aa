/**
 * `verify`: runs the selected cases and judges.
 *
 *     select ─> open targets ─> run (events) ─> fold ─> reports, summary, exit code
 *
 * @module
 */
import { join } from "node:path";
import type { Target } from "../cluster/model.ts";
import { formatSummary } from "../report/summary.ts";
import { exitCodeOf, exitCodes } from "../result/exit.ts";
import { foldEvents, readEvents } from "../result/fold.ts";
import { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { lastFailed } from "./last_failed.ts";
import { printCases } from "./list.ts";
import { printPlan } from "./plan.ts";
import { defaultOrders, readOrders, type ReportOrder, writeReports } from "./reports.ts";
import { select, type Selection, type SelectionOptions } from "./selection.ts";
import type { TargetName } from "./target.ts";
import { Targets } from "./targets.ts";
import { UsageError } from "./usage.ts";
import { type RunChoices, runSelection } from "./verify_run.ts";
import { acceptedBy, waiversFrom } from "./waivers.ts";
import { changesOf, watchedPaths } from "./watch.ts";
import { usualWorkers } from "./workers.ts";

/** The options of `verify`. */
export interface VerifyOptions extends SelectionOptions, RunChoices {
  target: TargetName;
  postgres?: string | undefined;
  workers?: number | undefined;
  lastFailed: boolean;
  out: string;
  report?: string[] | undefined;
  waivers?: string | undefined;
  list: boolean;
  dryRun: boolean;
  watch: boolean;
}

/** Verifies; returns the exit code. */
export async function verify(
  paths: readonly string[],
  options: VerifyOptions,
  io: Io,
): Promise<number> {
  const orders = [...defaultOrders(options.out), ...readOrders(options.report ?? [], options.out)];
  const selection = await selected(paths, options, io);
  if (options.list || selection.cases.length === 0) return printCases(selection.cases, io);
  using interrupt = new Interrupt((text) => io.err(text));
  const { signal } = interrupt;
  const code = await verifyOnce(selection, { options, orders, signal, io });
  if (!options.watch || options.dryRun) return code;
  const watched = await watchedPaths(paths, selection.stack);
  for await (const changed of changesOf(watched, signal)) {
    io.out(`\nchanged: ${changed.join(", ")}\n`);
    try {
      const again = await selected(paths, options, io);
      await verifyOnce(again, { options, orders, signal, io });
    } catch (error) {
      // Half-written files are part of writing: the next change may mend them.
      io.err(`${(error as Error).message}\n`);
    }
  }
  return exitCodes.interrupted;
}

async function selected(
  paths: readonly string[],
  options: VerifyOptions,
  io: Io,
): Promise<Selection> {
  const selection = await select(paths, options, io);
  if (!options.lastFailed) return selection;
  const cases = await lastFailed(selection.cases, join(options.out, "result.json"));
  return { ...selection, cases };
}

async function verifyOnce(selection: Selection, on: {
  options: VerifyOptions;
  orders: readonly ReportOrder[];
  signal: AbortSignal;
  io: Io;
}): Promise<number> {
  const { options, orders, signal, io } = on;
  const { stack, cases } = selection;
  const scenarios = cases.map(({ scenario }) => scenario);
  const waivers = [
    ...await acceptedBy(stack, scenarios),
    ...options.waivers === undefined ? [] : await waiversFrom(options.waivers, scenarios),
  ];
  const workersOn = (target: Target["name"]) => options.workers ?? usualWorkers(target);
  const targets = await Targets.open(stack, cases, {
    name: options.target,
    postgres: options.postgres,
    ahead: options.dryRun ? 0 : (target) => Math.min(workersOn(target), cases.length),
    timeScale: options.timeScale,
    signal,
  }).catch((error) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!targets) return exitCodes.interrupted;
  try {
    if (options.dryRun) return printPlan(cases, { targets, allow: options.allow ?? [] }, io);
    const eventsPath = join(options.out, "events.ndjson");
    await prepareFolder(options.out, [eventsPath, ...orders.map(({ path }) => path)]);
    const workers = workersOn(targets.main.name);
    await runSelection(selection, { options, targets, workers, waivers, signal, eventsPath, io });
    const result = foldEvents(readEvents(await Deno.readTextFile(eventsPath)));
    const written = await writeReports(result, orders);
    io.out(formatSummary(result, {
      sources: new Map(Object.entries(result.run.sources ?? {})),
      color: io.color,
      written: [...written, eventsPath],
      quiet: options.quiet,
      verbose: options.verbose,
    }));
    return exitCodeOf(result);
  } finally {
    await targets.close();
  }
}

/** Old results must not pass for new ones when this run is killed. */
async function prepareFolder(folder: string, stale: readonly string[]): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const path of stale) {
      await Deno.remove(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  } catch (error) {
    throw new UsageError(`cannot write results to ${folder}: ${(error as Error).message}`);
  }
}
