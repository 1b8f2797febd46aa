/**
 * Errors of every kind as problems: which verdict each comes to, and in which words.
 *
 * @module
 */
import { NodeError } from "../cluster/model.ts";
import { SelectionError } from "../cluster/roles.ts";
import { FaultError } from "../fault/kind.ts";
import { OperationError } from "../operation/kind.ts";
import { SqlError } from "../sql/session.ts";
import { DeadlineError } from "../time/deadline.ts";
import { notesFrom } from "../trouble/in_log.ts";
import { describeSqlError, StepProblem } from "./problem.ts";

/** Turns whatever ended a step into a problem with a verdict. */
export function problemOf(error: unknown, expected: string): StepProblem {
  if (error instanceof StepProblem) return error;
  if (error instanceof SqlError) {
    const code = error.isAbsence ? "Unreachable" : "SqlError";
    return new StepProblem("failed", { code, expected, seen: describeSqlError(error) });
  }
  if (error instanceof DeadlineError) {
    return new StepProblem("failed", { code: "Deadline", expected, seen: error.message });
  }
  if (error instanceof NodeError) {
    const log = error.log.map((text) => ({
      kind: "log",
      text,
      ...(error.node ? { node: error.node } : {}),
    }));
    // A server that says no is a finding about the stack; anything else is our own trouble.
    const verdict = error.node ? "failed" : "error";
    const notes = notesFrom([...error.log, error.message]);
    return new StepProblem(
      verdict,
      { code: "NodeError", expected, seen: error.message, notes },
      log,
    );
  }
  if (error instanceof OperationError) {
    return new StepProblem("failed", { code: "OperationFailed", expected, seen: error.message });
  }
  if (error instanceof FaultError) {
    return new StepProblem("error", { code: "FaultDidNotBite", expected, seen: error.message });
  }
  if (error instanceof SelectionError) {
    return new StepProblem("error", { code: "NoSuchNode", expected, seen: error.message });
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const evidence = stack ? [{ kind: "error", text: stack }] : [];
  return new StepProblem(
    "error",
    { code: "Internal", expected, seen: `${name}: ${message}` },
    evidence,
  );
}
