/**
 * The result of a run, folded from its events. Pure: the same events give the same result. Events
 * that stop half-way give a result too, in which nothing that was not seen to pass has passed.
 *
 * @module
 */
import type { CaseHead, Noted, Problem, RunEnded, RunEvent, RunStarted } from "./event.ts";
import { exitCodeOf } from "./exit.ts";
import { CaseFold } from "./fold_case.ts";
import type { Result } from "./model.ts";
import { totalsOf } from "./totals.ts";
import { withWaivers } from "./waive.ts";

/** What is said of a run whose beginning is missing. */
const unknownRun: Omit<RunStarted, "type" | "cases"> = {
  runId: "unknown",
  tool: { name: "pgproof", version: "unknown" },
  runtime: { deno: "unknown", os: "unknown", arch: "unknown", cores: 0 },
  target: { name: "unknown", description: "unknown", why: "the run has no beginning" },
  postgres: "unknown",
  stack: { file: "unknown", hash: "", objectives: {} },
  seed: 0,
  workers: 0,
  argv: [],
};

export { readEvents } from "./read.ts";
export { totalsOf } from "./totals.ts";

/** What the beginning of a run says. */
type Start = Omit<RunStarted, "type" | "cases"> & { startedAt: string };

/** Folds the events of one run, in the order in which they were emitted. */
export function foldEvents(events: Iterable<RunEvent>): Result {
  const cases = new Map<string, CaseFold>();
  const outside = { problems: [] as Problem[], notes: [] as string[] };
  let started: Start = { ...unknownRun, startedAt: "" };
  let ended: Omit<RunEnded, "type"> | undefined;
  let lastT = 0;
  for (const event of events) {
    lastT = event.t;
    if (event.type === "run-started") {
      started = startOf(event);
      for (const head of event.cases) cases.set(head.id, new CaseFold(head));
    } else if (event.type === "run-ended") {
      const { type: _type, t: _t, at: _at, ...rest } = event;
      ended = rest;
    } else if (event.type === "note" && event.case === undefined) {
      takeOutside(event, outside);
    } else {
      const id = event.case!;
      const known = cases.get(id) ?? new CaseFold(unannounced(id));
      cases.set(id, known);
      known.take(event);
    }
  }
  const interrupted = ended?.interrupted ?? false;
  const reason = interrupted
    ? "the run was interrupted before it ended"
    : ended
    ? "the run ended, the case did not"
    : "the run stopped before it ended";
  const results = [...cases.values()].map((each) => each.result({ interrupted, reason }));
  const run = { ...started, ms: lastT, ...ended, complete: ended !== undefined };
  const totals = totalsOf(results);
  const exit = exitCodeOf({ run, totals, problems: outside.problems });
  return withWaivers({
    schema: "pgproof/result/1",
    run: { ...run, exit },
    totals,
    ...outside,
    cases: results,
  });
}

function startOf(event: RunEvent & RunStarted): Start {
  const { type: _type, t: _t, at, cases: _cases, ...rest } = event;
  return { ...rest, startedAt: at };
}

function takeOutside(
  event: Noted,
  outside: { problems: Problem[]; notes: string[] },
): void {
  const { kind, text } = event;
  if (kind !== "undo-failed") return void outside.notes.push(text);
  const problem = { code: "UndoFailed", expected: "everything undone", seen: text, notes: [] };
  outside.problems.push(problem);
}

/** The head of a case that the beginning of the run does not name. */
function unannounced(id: string): CaseHead {
  return {
    id,
    file: id,
    line: 1,
    name: id,
    tags: [],
    controls: [],
    combination: {},
    seed: 0,
    steps: [],
  };
}
