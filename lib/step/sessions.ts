/**
 * Named sessions: opened by the first step that names one, kept until the scenario is undone.
 *
 * @module
 */
import { StepProblem } from "../run/problem.ts";
import type { NamedSession, Stage } from "../run/stage.ts";
import type { QueryStep, SqlStep } from "../scenario/model.ts";
import { type Session, SqlError } from "../sql/session.ts";
import type { Eyes } from "./eyes.ts";

/**
 * The session that a step names, opened when it is the first to.
 * @throws {StepProblem} when it is not clear where.
 */
export async function sessionOf(
  step: (SqlStep | QueryStep) & { session: string },
  stage: Stage,
  on: { eyes: Eyes; signal: AbortSignal },
): Promise<NamedSession> {
  const held = stage.sessions.get(step.session);
  if (held) return held;
  const nodes = await on.eyes.roles.find(step.node, on.signal);
  const [node] = nodes;
  if (!node || nodes.length > 1) {
    throw new StepProblem("error", {
      code: "SessionNotClear",
      expected: `one node for session "${step.session}"`,
      seen: nodes.map((each) => each.name).join(", "),
    });
  }
  const session = await stage.connect(node, {
    as: step.as,
    through: step.through,
    signal: on.signal,
  });
  const named: NamedSession = { node, session };
  stage.sessions.set(step.session, named);
  stage.undo.push(`session ${step.session}`, (signal) => close(stage, named, signal));
  return named;
}

/** Closes a session. What it still runs is ended: a server notices a lost client only at its end. */
async function close(stage: Stage, named: NamedSession, signal: AbortSignal): Promise<void> {
  const { node, session } = named;
  const { running } = named;
  if (!running || !session.isAlive) return await session.close();
  session.destroy();
  try {
    await stage.observer.ask(node, "select pg_terminate_backend($1)", [running.pid], signal);
  } catch (error) {
    // A server that is gone has ended it.
    if (!(error instanceof SqlError && error.isAbsence)) throw error;
  }
}

/** Process id of a session's backend. */
export async function pidOf(session: Session, signal: AbortSignal): Promise<number> {
  const { rows } = await session.query("select pg_backend_pid()", [], signal);
  return rows[0]![0] as number;
}
