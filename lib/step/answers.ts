/**
 * What `sql` and `query` share: which connections a step uses, the binding of names, what is saved.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { QueryStep, Saved, SqlStep, StepBase } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import { bindNames } from "../sql/bind.ts";
import type { Answer, Session } from "../sql/session.ts";
import { endOfRecord } from "../sql/wal.ts";
import type { Eyes } from "./eyes.ts";
import { sessionOf } from "./sessions.ts";

/** Sends a statement of a step to one node. */
export type Send = (sql: string, parameters: unknown[], signal: AbortSignal) => Promise<Answer>;

/** A step's statement with its parameters, as the protocol wants it. */
export function bindSaved(
  { sql, scope = {} }: Pick<StepBase, "scope"> & { sql: string },
  stage: Stage,
): { text: string; parameters: unknown[] } {
  return bindNames(sql, (name) => {
    if (Object.hasOwn(scope, name)) return resolveRefs(scope[name], stage.saved);
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

/** What a step keeps, by name. */
type Saving = Pick<SqlStep, "save">;

/** Why there is no such thing to save. */
const absent: Partial<Record<Saved, string>> = {
  lsn: "a replica writes no WAL",
  timeline: "a replica that receives nothing",
};

/** How a step reaches each of its nodes: a named session, another role, the pooler, or the shared connection. */
export async function senders(
  step: SqlStep | QueryStep,
  stage: Stage,
  on: { eyes: Eyes; signal: AbortSignal },
): Promise<{ node: Node; send: Send; close: () => Promise<void> }[]> {
  const { eyes, signal } = on;
  const close = () => Promise.resolve();
  if (step.session !== undefined) {
    const { node, session } = await sessionOf({ ...step, session: step.session }, stage, on);
    return [{ node, send: sendOn(session), close }];
  }
  const nodes = await eyes.roles.find(step.node, signal);
  if (!step.as && !step.through) {
    return nodes.map((node) => ({
      node,
      send: (sql, parameters, limit) => eyes.observer.ask(node, sql, parameters, limit),
      close,
    }));
  }
  return await Promise.all(nodes.map(async (node) => {
    const session = await stage.connect(node, { as: step.as, through: step.through, signal });
    return { node, send: sendOn(session), close: () => session.close() };
  }));
}

/** Sends on a connection of its own. */
export function sendOn(session: Session): Send {
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

/**
 * The timeline of a node: of a primary the one it writes, of a replica the one it receives. Not from
 * pg_control, which knows of a promotion only after the next checkpoint.
 */
const timelineSql = `select case when pg_is_in_recovery()
  then (select received_tli from pg_stat_wal_receiver)
  else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end`;

/** Where a node stands, asked when something of it is to be saved. */
export async function timelineOf(
  step: Saving,
  send: Send,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!Object.values(step.save).includes("timeline")) return undefined;
  const timeline = (await send(timelineSql, [], signal)).rows[0]?.[0];
  return typeof timeline === "number" ? timeline : undefined;
}

/** What of an answer is kept under each name. */
export function saveFrom(
  step: Saving,
  stage: Stage,
  found: { answer: Answer; lsn: string | undefined; timeline: number | undefined },
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
      timeline: found.timeline,
    }[what];
    if (value === undefined) {
      throw new StepProblem("error", {
        code: "NothingToSave",
        expected: `a ${what} to save as "${name}"`,
        seen: absent[what] ?? "no row",
      });
    }
    stage.saved.set(name, value);
  }
}
