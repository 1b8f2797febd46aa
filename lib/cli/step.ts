/**
 * `step`: performs one case step by step on a cluster of its own, with a person at the terminal.
 *
 * @module
 */
import { lacking } from "../run/runner.ts";
import { limits } from "../run/limits.ts";
import { exitCodes } from "../result/exit.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { type Ask, askTerminal } from "./ask.ts";
import { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { select, type SelectionOptions } from "./selection.ts";
import { stepThrough } from "./stepper.ts";
import { openTarget, type TargetName } from "./target.ts";
import { UsageError } from "./usage.ts";

/** The options of `step`. */
export interface StepOptions extends SelectionOptions {
  target: TargetName;
  postgres?: string | undefined;
  timeScale: number;
}

/**
 * Steps through one case. Passes when every step passed at its last attempt; giving up before the
 * end judges nothing.
 * @throws {UsageError} when the selection is not exactly one case.
 */
export async function step(
  paths: readonly string[],
  options: StepOptions,
  io: Io,
  ask: Ask = askTerminal(io),
): Promise<number> {
  const { stack, cases } = await select(paths, options, io);
  const [subject] = cases;
  if (!subject || cases.length > 1) {
    const listed = cases.slice(0, 10).map(({ id }) => `\n  ${id}`).join("");
    throw new UsageError(`step needs exactly one case, this selects ${cases.length}${listed}`);
  }
  using interrupt = new Interrupt((text) => io.err(text));
  const { signal } = interrupt;
  const { postgres, timeScale } = options;
  const { target: name } = options;
  const chosen = await openTarget(stack, { name, postgres, ahead: 1, timeScale, signal });
  const { target } = chosen;
  try {
    io.out(`target ${target.name}: ${target.description} (${chosen.why})\n`);
    const reason = lacking(subject.scenario, target);
    if (reason !== undefined) {
      io.err(`error: it cannot run here: ${reason}\n`);
      return exitCodes.nothingRun;
    }
    const ms = limits.clusterMs * timeScale;
    using deadline = new Deadline(`cluster (${formatDuration(ms)})`, ms, signal);
    const change = subject.scenario.cluster;
    const cluster = await target.create({ change, signal: deadline.signal });
    try {
      const { isComplete, hasFailed, leftOver } = await stepThrough(subject, cluster, {
        stack,
        timeScale,
        signal,
        io,
        ask,
      });
      for (const what of leftOver) io.err(`error: not undone: ${what}\n`);
      if (signal.aborted) return exitCodes.interrupted;
      if (leftOver.length > 0) return exitCodes.error;
      if (hasFailed) return exitCodes.failed;
      return isComplete ? exitCodes.passed : exitCodes.nothingRun;
    } finally {
      await cluster.remove();
    }
  } finally {
    await target.close();
  }
}
