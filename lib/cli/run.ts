/**
 * The command line: one function from arguments to exit code.
 *
 * @module
 */
import { CommanderError } from "commander";
import { NodeError } from "../cluster/model.ts";
import { ScenarioError } from "../scenario/diagnostic.ts";
import { OptionError } from "../scenario/option_error.ts";
import { StackError } from "../stack/read.ts";
import { exitCodes } from "../result/exit.ts";
import { EventSinkError } from "../result/sink.ts";
import { usageCode, UsageError } from "./usage.ts";
import type { Io } from "./io.ts";
import { program } from "./program.ts";

/** Runs a command; the result is the exit code. Never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  try {
    let code: number = exitCodes.passed;
    await program(args, io, (ended) => code = ended).parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

/** Says why a command ended early; returns its exit code. */
export function explain(error: unknown, io: Pick<Io, "err">): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageCode;
  if (error instanceof ScenarioError || error instanceof StackError) {
    io.err(`${error.message}\n`);
    return usageCode;
  }
  if (error instanceof UsageError || error instanceof OptionError) {
    io.err(`error: ${error.message}\n`);
    return usageCode;
  }
  if (error instanceof NodeError) {
    io.err(`error: ${[error.message, ...error.log].join("\n  ")}\n`);
    return exitCodes.error;
  }
  if (error instanceof EventSinkError) {
    io.err(
      `error: what happened could not be recorded, so nothing is concluded: ${error.message}\n`,
    );
    return exitCodes.error;
  }
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  io.err(`error: pgproof itself failed, please report this: ${stack ?? message}\n`);
  return exitCodes.error;
}
