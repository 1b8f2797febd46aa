/**
 * The part of `verify` that happens: cases run, events are written and shown.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import {
  type EventSource,
  type Progress,
  type ProgressOptions,
  startProgress,
} from "../report/progress.ts";
import type { Waiver } from "../result/event.ts";
import { openEventSink } from "../result/sink.ts";
import { liveWaivers, waiversOf } from "../result/waive.ts";
import { caseHead } from "../run/head.ts";
import { isKept, type KeepPolicy } from "../run/keep.ts";
import { runCases, type RunnerOptions } from "../run/runner.ts";
import { runStarted } from "../run/started.ts";
import { historyKeeper } from "./histories.ts";
import type { Io } from "./io.ts";
import type { Selection } from "./selection.ts";
import type { Targets } from "./targets.ts";

/** What a user may say about how cases are run and shown. */
export interface RunChoices {
  /** The command line, for the result. */
  argv: readonly string[];
  retries: number;
  failFast: boolean;
  timeScale: number;
  allow?: string[] | undefined;
  keep: KeepPolicy;
  histories?: string | undefined;
  quiet: boolean;
  verbose: boolean;
}

/** What a run needs. */
export interface RunOptions {
  options: RunChoices;
  targets: Targets;
  workers: number;
  /** Failures that somebody has accepted. */
  waivers: readonly Waiver[];
  /** Where events are written. */
  eventsPath: string;
  signal: AbortSignal;
  io: Io;
}

/** A run whose events are written, from its beginning to its end. */
export interface OpenRun {
  /** What the runner is to do. */
  how: RunnerOptions;
  /** Says that it ended. */
  ended(): void;
  /**
   * Closes the events.
   * @throws {EventSinkError} when they could not be written.
   */
  close(): void;
}

/**
 * Begins a run: its events are written from here on, and `watch` is handed where they can be watched
 * before the first.
 * @throws {EventSinkError} when they cannot be written.
 */
export async function openRun(
  selection: Selection,
  on: RunOptions,
  watch: (source: EventSource) => void,
): Promise<OpenRun> {
  const { options, targets, workers, waivers, signal } = on;
  const startedAt = performance.now();
  const cpuBefore = cpuUsage();
  const sink = openEventSink(on.eventsPath, { secrets: selection.stack.secrets });
  const { emit } = sink;
  try {
    watch(sink);
    const { main: target, why } = targets;
    emit(await runStarted({ ...selection, target, why, workers, waivers, argv: options.argv }));
  } catch (error) {
    sink.close();
    throw error;
  }
  for (const text of targets.missing) emit({ type: "note", kind: "warning", text });
  const live = liveWaivers(waivers, { startedAt: new Date().toISOString() });
  const { retries, failFast, timeScale, allow = [], keep, histories } = options;
  return {
    how: {
      target: targets.main,
      targetOf: (subject) => targets.of(subject),
      isWaived: (subject) => waiversOf(caseHead(subject), live).length > 0,
      keeps: (verdict) => isKept(keep, verdict),
      ...(histories === undefined ? {} : { keepHistory: historyKeeper(histories) }),
      ...{ emit, workers, retries, failFast, timeScale, allow, signal },
    },
    ended() {
      const { user, system } = cpuUsage(cpuBefore);
      emit({
        type: "run-ended",
        ms: performance.now() - startedAt,
        interrupted: signal.aborted,
        harnessMs: (user + system) / 1000,
      });
    },
    close: () => sink.close(),
  };
}

/**
 * Runs the cases of a selection; what happened is in the events.
 * @throws {EventSinkError} when they could not be written.
 */
export async function runSelection(selection: Selection, on: RunOptions): Promise<void> {
  let progress: Progress | undefined;
  const show = (source: EventSource) => progress = startProgress(source, shownOn(on));
  try {
    const run = await openRun(selection, on, show);
    try {
      await runCases(selection.cases, run.how);
      run.ended();
    } finally {
      run.close();
    }
  } finally {
    progress?.end();
  }
}

/** Where and how a run is shown. */
export function shownOn(
  { io, options }: { io: Io; options: Pick<RunChoices, "quiet" | "verbose"> },
): ProgressOptions {
  return {
    write: (text) => io.out(text),
    isTerminal: io.isTerminal,
    columns: () => io.columns() ?? 80,
    color: io.color,
    level: options.quiet ? "quiet" : options.verbose ? "verbose" : "normal",
  };
}
