/**
 * Joins the results of shards into the result that one run would have given: same totals, same order
 * of cases. A part that is missing is an error, never less to look at.
 *
 * @module
 */
import { exitCodeOf } from "./exit.ts";
import { totalsOf } from "./fold.ts";
import type { CaseResult, Moment, Result } from "./model.ts";

/** Results that do not belong together. */
export class MergeError extends Error {
  override name = "MergeError";
}

/** What parts of one run have in common. */
const common: readonly [what: string, of: (run: Result["run"]) => unknown][] = [
  ["stack", ({ stack }) => stack.hash],
  ["seed", ({ seed }) => seed],
  ["version of pgproof", ({ tool }) => tool.version],
  ["version of PostgreSQL", ({ postgres }) => postgres],
  ["target", ({ target }) => target.name],
  ["waivers", ({ waivers }) => waivers],
  ["plan", ({ plan }) => plan],
];

/**
 * Joins results, in any order.
 * @throws {MergeError} when there are none, when they are not of one run, or hold a case twice.
 */
export function mergeResults(results: readonly Result[]): Result {
  const parts = [...results].sort((a, b) => order(a.run.startedAt, b.run.startedAt));
  const [first, ...others] = parts;
  if (!first) throw new MergeError("Cannot merge: there is no result");
  for (const [what, of] of common) {
    const odd = others.find(({ run }) => JSON.stringify(of(run)) !== JSON.stringify(of(first.run)));
    if (odd) {
      const [here, there] = [first, odd].map(({ run }) => JSON.stringify(of(run)));
      const said = what === "plan" ? "" : `: ${here} and ${there}`;
      throw new MergeError(`Cannot merge: the results differ in their ${what}${said}`);
    }
  }
  const cases = inOrder(first.run.plan, parts.flatMap((part) => shifted(part, first)));
  const problems = [
    ...parts.flatMap((part) => part.problems),
    ...missing(first.run.plan, cases).map((id) => ({
      code: "MissingCase",
      expected: `a result of ${id}`,
      seen: "none of the merged results has it",
      notes: [],
    })),
  ];
  const run = mergedRun(parts, first);
  const totals = totalsOf(cases);
  return {
    schema: first.schema,
    run: { ...run, exit: exitCodeOf({ run, totals, problems }) },
    totals,
    problems,
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
    cases,
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mergedRun(parts: readonly Result[], first: Result): Result["run"] {
  const runs = parts.map(({ run }) => run);
  const end = Math.max(...parts.map((part) => offset(part, first) + (part.run.ms ?? 0)));
  const sum = (of: (run: Result["run"]) => number) => runs.reduce((all, run) => all + of(run), 0);
  const isMeasured = runs.every(({ harnessMs }) => harnessMs !== undefined);
  const sources = Object.assign({}, ...runs.map((run) => run.sources ?? {}));
  return {
    ...first.run,
    runId: parts.length === 1 ? first.run.runId : runs.map(({ runId }) => runId).sort().join("+"),
    argv: withoutShard(first.run.argv),
    workers: sum(({ workers }) => workers),
    ms: end,
    complete: runs.every(({ complete }) => complete),
    interrupted: runs.some(({ interrupted }) => interrupted),
    ...(isMeasured ? { harnessMs: sum(({ harnessMs }) => harnessMs!) } : {}),
    ...(Object.keys(sources).length > 0 ? { sources } : {}),
  };
}

function withoutShard(argv: readonly string[]): string[] {
  return argv.filter((word, index) =>
    word !== "--shard" && argv[index - 1] !== "--shard" && !word.startsWith("--shard=")
  );
}

/** Milliseconds by which a part began later than the first. */
function offset({ run }: Result, first: Result): number {
  const ms = Date.parse(run.startedAt) - Date.parse(first.run.startedAt);
  return Number.isNaN(ms) ? 0 : ms;
}

/** The cases of a part, their times counted from the beginning of the first part. */
function shifted(part: Result, first: Result): CaseResult[] {
  const by = offset(part, first);
  const moved = <T extends { startedAt?: number }>(each: T): T =>
    each.startedAt === undefined ? each : { ...each, startedAt: each.startedAt + by };
  const later = <T extends { t: number }>(each: T): T => ({ ...each, t: each.t + by });
  return part.cases.map((subject) => ({
    ...moved(subject),
    steps: subject.steps.map(moved),
    timeline: subject.timeline.map(later<Moment>),
    ...(subject.roles ? { roles: subject.roles.map(later) } : {}),
    ...(subject.series
      ? {
        series: subject.series.map((each) => ({
          ...each,
          points: each.points.map(([t, value]): [number, number | null] => [t + by, value]),
        })),
      }
      : {}),
  }));
}

/** As the plan has them; without a plan by file, those of one file as they came. */
function inOrder(plan: readonly string[] | undefined, cases: CaseResult[]): CaseResult[] {
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) throw new MergeError(`Cannot merge: ${id} is in more than one result`);
    seen.add(id);
  }
  if (!plan) return cases.sort((a, b) => order(a.file, b.file));
  const places = new Map(plan.map((id, index) => [id, index]));
  const placeOf = ({ id }: CaseResult) => places.get(id) ?? plan.length;
  return cases.sort((a, b) => placeOf(a) - placeOf(b));
}

function missing(plan: readonly string[] | undefined, cases: readonly CaseResult[]): string[] {
  const known = new Set(cases.map(({ id }) => id));
  return (plan ?? []).filter((id) => !known.has(id));
}
