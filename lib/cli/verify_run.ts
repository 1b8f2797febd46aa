/**
 * The part of `verify` that happens: cases run, events are written and shown.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import manifest from "../../deno.json" with { type: "json" };
import { ruleText } from "../compare/rules.ts";
import { startProgress } from "../report/progress.ts";
import type { RunStarted, Waiver } from "../result/event.ts";
import { masker } from "../result/mask.ts";
import { openEventSink } from "../result/sink.ts";
import { caseHead } from "../run/head.ts";
import { isKept } from "../run/keep.ts";
import { runCases } from "../run/runner.ts";
import type { Case } from "../scenario/model.ts";
import { sourceFiles } from "../scenario/source_files.ts";
import type { Stack } from "../stack/model.ts";
import type { Io } from "./io.ts";
import type { Selection } from "./selection.ts";
import type { Targets } from "./targets.ts";
import type { VerifyOptions } from "./verify.ts";

/** What a run needs. */
export interface RunOptions {
  options: Pick<
    VerifyOptions,
    "argv" | "quiet" | "verbose" | "retries" | "failFast" | "timeScale" | "allow" | "keep"
  >;
  targets: Targets;
  workers: number;
  /** Failures that somebody has accepted. */
  waivers: readonly Waiver[];
  /** Where events are written. */
  eventsPath: string;
  signal: AbortSignal;
  io: Io;
}

/**
 * Runs the cases of a selection; what happened is in the events.
 * @throws {EventSinkError} when they could not be written.
 */
export async function runSelection(selection: Selection, on: RunOptions): Promise<void> {
  const { options, targets, workers, signal, io } = on;
  const { stack, cases } = selection;
  const startedAt = performance.now();
  const cpuBefore = cpuUsage();
  const sink = openEventSink(on.eventsPath, { secrets: stack.secrets });
  const progress = startProgress(sink, {
    write: (text) => io.out(text),
    isTerminal: io.isTerminal,
    columns: () => io.columns() ?? 80,
    color: io.color,
    level: options.quiet ? "quiet" : options.verbose ? "verbose" : "normal",
  });
  const { emit } = sink;
  try {
    emit(await runStarted(selection, on));
    for (const text of targets.missing) emit({ type: "note", kind: "warning", text });
    const { retries, failFast, timeScale, allow = [], keep } = options;
    await runCases(cases, {
      target: targets.main,
      targetOf: (subject) => targets.of(subject),
      keeps: (verdict) => isKept(keep, verdict),
      ...{ emit, workers, retries, failFast, timeScale, allow, signal },
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

async function runStarted(selection: Selection, on: RunOptions): Promise<RunStarted> {
  const { stack, cases, seed, plan } = selection;
  const { target, why } = { target: on.targets.main, why: on.targets.why };
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
    stack: {
      file: stack.file,
      hash: stack.hash,
      objectives: { ...stack.objectives },
      settings: settingsOf(stack),
    },
    seed,
    workers: on.workers,
    argv: masker(stack.secrets)([...on.options.argv]),
    cases: cases.map(caseHead),
    sources: await sourcesOf(cases),
    ...(plan === undefined ? {} : { plan }),
    ...(on.waivers.length === 0 ? {} : { waivers: [...on.waivers] }),
  };
}

/** Of each node what counts: the last of a name, and its rules in their order. */
function settingsOf({ nodes }: Stack): Record<string, Record<string, string>> {
  return Object.fromEntries(nodes.map(({ name, settings, hba }) => {
    const values = settings.map((setting) => [setting.name.toLowerCase(), setting.value]);
    return [name, { ...Object.fromEntries(values), "pg_hba.conf": hba.map(ruleText).join("\n") }];
  }));
}

/** Text of every file that the cases come from, so that reports can show it years later. */
async function sourcesOf(cases: readonly Case[]): Promise<Record<string, string>> {
  const files = new Set(cases.flatMap(({ scenario }) => sourceFiles(scenario)));
  const sources: Record<string, string> = {};
  for (const file of files) sources[file] = await Deno.readTextFile(file);
  return sources;
}
