/**
 * What `sql` and `query` share: which connections a step uses, the binding of names, what is saved.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Observer } from "../cluster/observer.ts";
import type { Finder } from "../cluster/roles.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { QueryStep, SqlStep } from "../scenario/model.ts";
import { bindNames } from "../sql/bind.ts";
import type { Answer, Session } from "../sql/session.ts";
import { endOfRecord } from "../sql/wal.ts";

/** Sends a statement of a step to one node. */
export type Send = (sql: string, parameters: unknown[], signal: AbortSignal) => Promise<Answer>;

/** Connections to ask through, and the roles as seen through them. */
export interface Eyes {
  observer: Observer;
  roles: Finder;
}

/** A statement with its parameters, as the protocol wants it. */
export function bindSaved(sql: string, stage: Stage): { text: string; parameters: unknown[] } {
  return bindNames(sql, (name) => {
    if (!stage.saved.has(name)) {
      throw new StepProblem("error", {
        code: "NotSaved",
        expected: `a value saved as "${name}"`,
        seen: "no step that ran has saved it",
      });
    }
    return stage.saved.get(name);
  });
}

/** How a step reaches each of its nodes: a named session, another role, or the shared connection. */
export async function senders(
  step: SqlStep | QueryStep,
  stage: Stage,
  on: { eyes: Eyes; signal: AbortSignal },
): Promise<{ node: Node; send: Send; close: () => Promise<void> }[]> {
  const { eyes, signal } = on;
  const close = () => Promise.resolve();
  const held = step.session ? stage.sessions.get(step.session) : undefined;
  if (held) return [{ node: held.node, send: sendOn(held.session), close }];
  const nodes = await eyes.roles.find(step.node, signal);
  if (step.session) {
    const [node] = nodes;
    if (!node || nodes.length > 1) {
      throw new StepProblem("error", {
        code: "SessionNotClear",
        expected: `one node for session "${step.session}"`,
        seen: nodes.map((each) => each.name).join(", "),
      });
    }
    const session = await stage.connect(node, { as: step.as, signal });
    stage.sessions.set(step.session, { node, session });
    return [{ node, send: sendOn(session), close }];
  }
  if (!step.as) {
    return nodes.map((node) => ({
      node,
      send: (sql, parameters, limit) => eyes.observer.ask(node, sql, parameters, limit),
      close,
    }));
  }
  return await Promise.all(nodes.map(async (node) => {
    const session = await stage.connect(node, { as: step.as, signal });
    return { node, send: sendOn(session), close: () => session.close() };
  }));
}

function sendOn(session: Session): Send {
  return (sql, parameters, signal) => session.query(sql, parameters, signal);
}

/**
 * Where the WAL ends after a statement on a node that accepts writes; undefined on a replica.
 * Sent on the statement's own connection, so it includes the statement's commit.
 */
export async function walEnd(send: Send, signal: AbortSignal): Promise<string | undefined> {
  const sql =
    "select case when pg_is_in_recovery() then null else pg_current_wal_insert_lsn()::text end";
  const lsn = (await send(sql, [], signal)).rows[0]?.[0];
  return typeof lsn === "string" ? endOfRecord(lsn) : undefined;
}

/** What of an answer is kept under each name. */
export function saveFrom(
  step: SqlStep | QueryStep,
  stage: Stage,
  found: { answer: Answer; lsn: string | undefined },
): void {
  const { answer } = found;
  for (const [name, what] of Object.entries(step.save)) {
    const first = answer.rows[0];
    const value = {
      lsn: found.lsn,
      value: first?.[0],
      row: first,
      rows: answer.rows,
      row_count: answer.rowCount,
    }[what];
    if (value === undefined) {
      throw new StepProblem("error", {
        code: "NothingToSave",
        expected: `a ${what} to save as "${name}"`,
        seen: what === "lsn" ? "a replica writes no WAL" : "no row",
      });
    }
    stage.saved.set(name, value);
  }
}
