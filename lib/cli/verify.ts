/**
 * `verify`: runs the selected cases and judges.
 *
 *     select ─> open target ─> run (events) ─> fold ─> reports, summary, exit code
 *
 * @module
 */
import { join } from "node:path";
import { cpuUsage } from "node:process";
import manifest from "../../deno.json" with { type: "json" };
import { startProgress } from "../report/progress.ts";
import { formatSummary } from "../report/summary.ts";
import type { RunStarted } from "../result/event.ts";
import { foldEvents, readEvents } from "../result/fold.ts";
import { masker } from "../result/mask.ts";
import type { Result } from "../result/model.ts";
import { openEventSink } from "../result/sink.ts";
import { caseHead } from "../run/head.ts";
import { runCases } from "../run/runner.ts";
import { exitCodeOf, exitCodes } from "../result/exit.ts";
import { UsageError } from "./usage.ts";
import { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { printCases } from "./list.ts";
import { printPlan } from "./plan.ts";
import { defaultOrders, readOrders, writeReports } from "./reports.ts";
import { select, type Selection, type SelectionOptions } from "./selection.ts";
import { type Chosen, openTarget, type TargetName } from "./target.ts";

/** The options of `verify`. */
export interface VerifyOptions extends SelectionOptions {
  /** The command line, for the result. */
  argv: readonly string[];
  target: TargetName;
  postgres?: string | undefined;
  workers?: number | undefined;
  retries: number;
  failFast: boolean;
  timeScale: number;
  out: string;
  report?: string[] | undefined;
  list: boolean;
  dryRun: boolean;
  quiet: boolean;
  verbose: boolean;
}

/** Verifies; returns the exit code. */
export async function verify(
  paths: readonly string[],
  options: VerifyOptions,
  io: Io,
): Promise<number> {
  const orders = [...defaultOrders(options.out), ...readOrders(options.report ?? [], options.out)];
  const selection = await select(paths, options, io);
  const { cases } = selection;
  if (options.list || cases.length === 0) return printCases(cases, io);
  const workers = options.workers ?? navigator.hardwareConcurrency;
  using interrupt = new Interrupt((text) => io.err(text));
  const { signal } = interrupt;
  const chosen = await openTarget(selection.stack, {
    name: options.target,
    postgres: options.postgres,
    ahead: options.dryRun ? 0 : Math.min(workers, cases.length),
    signal,
  }).catch((error) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!chosen) return exitCodes.interrupted;
  try {
    if (options.dryRun) return printPlan(cases, chosen.target, io);
    const eventsPath = join(options.out, "events.ndjson");
    await prepareFolder(options.out, [eventsPath, ...orders.map(({ path }) => path)]);
    await runAll(selection, { options, chosen, workers, signal, eventsPath, io });
    const result = foldEvents(readEvents(await Deno.readTextFile(eventsPath)));
    const written = await writeReports(result, orders);
    io.out(formatSummary(result, {
      sources: await sourcesOf(result),
      color: io.color,
      written: [...written, eventsPath],
      quiet: options.quiet,
      verbose: options.verbose,
    }));
    return exitCodeOf(result);
  } finally {
    await chosen.target.close();
  }
}

/** Text of the scenario files, for excerpts; a file that has gone since has none. */
async function sourcesOf(result: Result): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (const file of new Set(result.cases.map(({ file }) => file))) {
    const text = await Deno.readTextFile(file).catch(() => undefined);
    if (text !== undefined) sources.set(file, text);
  }
  return sources;
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

async function runAll(selection: Selection, on: {
  options: VerifyOptions;
  chosen: Chosen;
  workers: number;
  signal: AbortSignal;
  eventsPath: string;
  io: Io;
}): Promise<void> {
  const { options, chosen, workers, signal, eventsPath, io } = on;
  const { stack, cases } = selection;
  const startedAt = performance.now();
  const cpuBefore = cpuUsage();
  const sink = openEventSink(eventsPath, { secrets: stack.secrets });
  const progress = startProgress(sink, {
    write: (text) => io.out(text),
    isTerminal: io.isTerminal,
    columns: () => io.columns() ?? 80,
    color: io.color,
    level: options.quiet ? "quiet" : options.verbose ? "verbose" : "normal",
  });
  const { emit } = sink;
  try {
    emit(runStarted(selection, { options, chosen, workers }));
    const { retries, failFast, timeScale } = options;
    await runCases(cases, {
      target: chosen.target,
      emit,
      workers,
      retries,
      failFast,
      timeScale,
      signal,
    });
    const { user, system } = cpuUsage(cpuBefore);
    emit({
      type: "run-ended",
      ms: performance.now() - startedAt,
      interrupted: signal.aborted,
      harnessMs: (user + system) / 1000,
    });
  } finally {
    progress.end();
    sink.close();
  }
}

function runStarted(
  { stack, cases, seed }: Selection,
  on: { options: VerifyOptions; chosen: Chosen; workers: number },
): RunStarted {
  const { target, why } = on.chosen;
  return {
    type: "run-started",
    runId: crypto.randomUUID(),
    tool: { name: "pgproof", version: manifest.version },
    runtime: {
      deno: Deno.version.deno,
      os: Deno.build.os,
      arch: Deno.build.arch,
      cores: navigator.hardwareConcurrency,
    },
    target: { name: target.name, description: target.description, why },
    postgres: target.postgres.text,
    stack: { file: stack.file, hash: stack.hash, objectives: { ...stack.objectives } },
    seed,
    workers: on.workers,
    argv: masker(stack.secrets)([...on.options.argv]),
    cases: cases.map(caseHead),
  };
}
