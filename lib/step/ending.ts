/**
 * What became of a statement that a session was left with, as `end` judges it. `is` and `not` speak
 * of its fate, `matches` and `lacks` of what the server said:
 *
 *     acknowledged   it was answered, without a warning
 *     unknown        it was answered with a WARNING, or not at all: it may have happened
 *     refused        it ended with an error, and did not happen
 *
 * @module
 */
import { fateOf, hasWarning } from "../load/fate.ts";
import type { Fate } from "../load/model.ts";
import { describeSqlError, StepProblem } from "../run/problem.ts";
import type { EndStep } from "../scenario/model.ts";
import { describeCode, sqlstateOf } from "../sql/condition.ts";
import type { Answer, SqlError } from "../sql/session.ts";

/** How a statement ended. */
export interface Ending {
  fate: Fate;
  /** What the server said, in a line: `INSERT 1; WARNING canceling wait ...`. */
  text: string;
  /** SQLSTATE, or what stands for it, when it ended with an error. */
  code?: string;
  /** What it came back with; absent when it ended with an error. */
  answer?: Answer;
}

/** How a statement ended that is or will be answered. Never rejects. */
export function endingOf(sql: string, answer: Promise<Answer>): Promise<Ending> {
  return answer.then(
    (answer) => {
      const { command, rowCount, notices } = answer;
      return {
        fate: fateOf({ kind: "answer", command, warned: hasWarning(notices) }),
        text: `${command} ${rowCount}${saidWith(notices)}`,
        answer,
      };
    },
    (error: SqlError) => {
      // A procedure may have committed a part of its work.
      const at = /^\s*(?:call|do)\b/i.test(sql) ? "inside" : "commit";
      const { code, severity } = error;
      return {
        fate: fateOf({ kind: "error", code, severity, at }),
        text: describeSqlError(error),
        code,
      };
    },
  );
}

/** `; WARNING canceling wait for synchronous replication due to user request`. */
export function saidWith(notices: Answer["notices"]): string {
  return notices.map(({ severity, message }) => `; ${severity} ${message}`).join("");
}

/**
 * Judges how a statement ended. Without a word it must have been answered without an error.
 * @throws {StepProblem} when it did not end so.
 */
export function judgeEnding(step: EndStep, ending: Ending): void {
  const { is, not, matches, lacks } = step.compare;
  const problem = (code: string, expected: string) =>
    new StepProblem("failed", { code, expected, seen: `${ending.fate}: ${ending.text}` });
  if (step.error !== undefined) {
    const code = sqlstateOf(step.error) ?? step.error;
    if (ending.code === undefined) throw problem("NoError", `the error ${describeCode(code)}`);
    if (ending.code !== code) throw problem("OtherError", `the error ${describeCode(code)}`);
  } else if (is === undefined && not === undefined && ending.code !== undefined) {
    throw problem("SqlError", "the statement to succeed");
  }
  if (is !== undefined && ending.fate !== is) throw problem("OtherFate", `it to be ${is}`);
  if (not !== undefined && ending.fate === not) throw problem("OtherFate", `it not to be ${not}`);
  if (matches !== undefined && !new RegExp(matches).test(ending.text)) {
    throw problem("Mismatch", `the server to say ${matches}`);
  }
  if (lacks !== undefined && new RegExp(lacks).test(ending.text)) {
    throw problem("Mismatch", `the server not to say ${lacks}`);
  }
}
