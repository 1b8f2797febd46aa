/**
 * `query`: reads, in a read-only transaction, and compares. On several nodes each must agree with
 * the comparison. With `lsn` it waits until that was replayed and then looks exactly once: a row
 * that is missing then is missing for good.
 *
 * @module
 */
import { judge } from "../fact/compare.ts";
import type { Look } from "../fact/kind.ts";
import { facts } from "../fact/registry.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { Comparison, QueryStep } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import { describeCode, sqlstateOf } from "../sql/condition.ts";
import { type Answer, SqlError } from "../sql/session.ts";
import { describeSqlError } from "../run/problem.ts";
import { bindSaved, saveFrom, type Send, senders, timelineOf, walEnd } from "./answers.ts";
import type { Eyes } from "./eyes.ts";
import type { Outcome, Performer, Play } from "./kind.ts";
import { Meter } from "./measure.ts";
import { observe } from "./observe.ts";

/** Performs `query`. */
export const performQuery: Performer<QueryStep> = async (step, play) => {
  if (step.lsn === undefined) return await observed(step, play, step);
  await awaitReplay(step, play);
  return await observed(step, play, {});
};

async function awaitReplay(step: QueryStep, play: Play): Promise<void> {
  const { stage } = play;
  const replayed = facts.get("replayed")!;
  const lsn = resolveRefs(step.lsn, stage.saved);
  const roles = stage.roles.settled();
  await observe(async (signal) => {
    const nodes = await roles.find(step.node, signal);
    return await replayed.look(stage, { nodes, compare: {}, words: { lsn }, signal });
  }, { withinMs: step.withinMs ?? 30_000, play, expected: `${lsn} replayed on ${step.node}` });
}

async function observed(
  step: QueryStep,
  play: Play,
  timing: { withinMs?: number; forMs?: number; everyMs?: number },
): Promise<Outcome> {
  const { withinMs, forMs, everyMs } = timing;
  const { stage, actor } = play;
  const eyes = { observer: actor, roles: stage.roles.settled() };
  const meter = new Meter(stage, step);
  const observation = await observe((signal) => lookOnce(step, { stage, eyes, signal }), {
    play,
    expected: step.title,
    ...(withinMs === undefined ? {} : { withinMs }),
    ...(forMs === undefined ? {} : { forMs }),
    ...(everyMs === undefined ? {} : { everyMs }),
  }).catch((error) => meter.ended(error));
  meter.passed(observation);
  return { evidence: observation.last.evidence, looks: observation.looks };
}

/** One look of a query on all its nodes. Also what an invariant samples, through its own eyes. */
export async function lookOnce(
  step: QueryStep,
  on: { stage: Stage; eyes: Eyes; signal: AbortSignal },
): Promise<Look> {
  const { stage, signal } = on;
  const compare = resolveRefs(step.compare, stage.saved) as Comparison;
  const { text, parameters } = bindSaved(step, stage);
  const targets = await senders(step, stage, on);
  const looks = await Promise.all(targets.map(async ({ node, send, close }) => {
    try {
      const read = step.session ? send : readOnly(send);
      if (step.error) {
        const look = await refusedLook(step, () => read(text, parameters, signal));
        return { ...look, node: node.name };
      }
      const answer = await read(text, parameters, signal);
      const position = {
        lsn: await standsAt(step, send, signal),
        timeline: await timelineOf(step, send, signal),
      };
      return { ...judged(compare, step, stage, { answer, ...position }), node: node.name };
    } finally {
      await close();
    }
  }));
  // What is known to be wrong says more than what could not be told.
  const wrong = looks.find((look) => look.holds === false) ?? looks.find((look) => !look.holds);
  return {
    holds: wrong ? wrong.holds : true,
    code: wrong?.code ?? "Mismatch",
    expected: looks[0]!.expected,
    seen: looks.map((look) => `${look.node}: ${look.seen}`).join("; "),
    evidence: looks.map((look) => ({ kind: "query", node: look.node, text: look.seen })),
  };
}

type Found = Pick<Look, "holds" | "code" | "expected" | "seen">;

/** Where the node stands that was read from, if that is to be saved: no less than what was seen. */
async function standsAt(step: QueryStep, send: Send, signal: AbortSignal) {
  if (!Object.values(step.save).includes("lsn")) return undefined;
  const written = await walEnd(send, signal);
  if (written !== undefined) return written;
  const replayed = (await send("select pg_last_wal_replay_lsn()::text", [], signal)).rows[0]?.[0];
  return typeof replayed === "string" ? replayed : undefined;
}

function judged(
  compare: Comparison,
  step: QueryStep,
  stage: Stage,
  seen: Parameters<typeof saveFrom>[2],
): Found {
  const { answer } = seen;
  const cells = shape(answer);
  const { holds, expected } = judge(compare, cells);
  if (holds) saveFrom(step, stage, seen);
  const shown = answer.rowCount === 0 ? "no row" : JSON.stringify(cells);
  return { holds, code: "Mismatch", expected, seen: shown };
}

/** One cell is a scalar, one column a list, anything else a list of rows; no row is null. */
function shape({ rows, columns }: Answer): unknown {
  if (rows.length === 0) return null;
  if (columns.length === 1) return rows.length === 1 ? rows[0]![0] : rows.map((row) => row[0]);
  return rows.length === 1 ? rows[0] : rows;
}

async function refusedLook(step: QueryStep, read: () => Promise<Answer>): Promise<Found> {
  const code = sqlstateOf(step.error!) ?? step.error!;
  const expected = `the error ${describeCode(code)}`;
  try {
    const answer = await read();
    return { holds: false, code: "NoError", expected, seen: `${answer.rowCount} rows, no error` };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.code !== code && error.isAbsence) throw error;
    return {
      holds: error.code === code,
      code: "OtherError",
      expected,
      seen: describeSqlError(error),
    };
  }
}

/** Wraps a connection so that a query cannot write, whatever it calls. */
function readOnly(send: Send): Send {
  return async (sql, parameters, signal) => {
    await send("begin transaction read only", [], signal);
    try {
      return await send(sql, parameters, signal);
    } catch (error) {
      if (
        error instanceof SqlError && error.code === "25006" &&
        /INSERT|UPDATE|DELETE|MERGE/.test(error.message)
      ) {
        throw new StepProblem("error", {
          code: "QueryWrites",
          expected: "a query that only reads",
          seen: `${describeSqlError(error)}; use "sql" for a statement that writes`,
        });
      }
      throw error;
    } finally {
      await send("rollback", [], signal).catch(() => {});
    }
  };
}
