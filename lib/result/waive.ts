/**
 * What a run's waivers make of its verdicts. A failure that somebody has accepted is `waived`: said,
 * not judged. An error never is: nobody can accept what was not seen.
 *
 * @module
 */
import type { Waiver } from "./event.ts";
import { exitCodeOf } from "./exit.ts";
import type { CaseResult, Result, Totals } from "./model.ts";
import { totalsOf } from "./totals.ts";

/** A date that does not come: what the stack's own file accepts counts as long as it says so. */
export const unending = "9999-12-31";

/** `waived until 2027-01-31 by data platform`, `accepted by compose.yaml`. */
export function acceptance({ owner, expires }: Pick<Waiver, "owner" | "expires">): string {
  return expires === unending ? `accepted by ${owner}` : `waived until ${expires} by ${owner}`;
}

/** What is waived counts up to the end of its last day, on the day of the run. */
export function isExpired({ expires }: Waiver, { startedAt }: Pick<Result["run"], "startedAt">) {
  const day = startedAt.slice(0, 10);
  return day === "" || expires < day;
}

/** Those that count on the day of the run. */
export function liveWaivers(
  given: readonly Waiver[],
  run: Pick<Result["run"], "startedAt">,
): Waiver[] {
  return given.filter((each) => !isExpired(each, run));
}

/** Whether `scenario:lag/slow` means a file of scenarios. */
export function namesFile(need: string, file: string): boolean {
  const [, path] = /^scenario:(.+)$/.exec(need) ?? [];
  return path !== undefined && `/${file}`.endsWith(`/scenarios/${path}.yaml`);
}

/**
 * The result as its own waivers have it: a failed case is waived when its scenario is
 * (`scenario:lag/slow`), or when every control it is evidence for is. Those that expired are told.
 */
export function withWaivers(result: Result): Result {
  const { run, problems } = result;
  const given = run.waivers ?? [];
  if (given.length === 0) return result;
  const live = liveWaivers(given, run);
  const cases = result.cases.map((subject) => waived(subject, live));
  const totals: Totals = totalsOf(cases);
  const told = given.filter((each) => isExpired(each, run)).map(({ control, owner, expires }) =>
    `the waiver of ${control} (${owner}) expired on ${expires}: it does not count`
  );
  return {
    ...result,
    run: { ...run, exit: exitCodeOf({ run, totals, problems }) },
    totals,
    notes: [...new Set([...result.notes, ...told])],
    cases,
  };
}

function waived(subject: CaseResult, live: readonly Waiver[]): CaseResult {
  if (subject.verdict !== "failed") return subject;
  const by = waiversOf(subject, live);
  if (by.length === 0) return subject;
  const accepted = by.map((waiver) =>
    `${waiver.control} is ${acceptance(waiver)}: ${waiver.reason}`
  );
  return { ...subject, verdict: "waived", reason: [...accepted, failureOf(subject)].join("; ") };
}

/**
 * The waivers that make a failure of this case an accepted one; empty when something that it shows is
 * accepted by nobody. `live` are those that have not expired.
 */
export function waiversOf(
  { file, controls }: Pick<CaseResult, "file" | "controls">,
  live: readonly Waiver[],
): Waiver[] {
  const byFile = live.find(({ control }) => namesFile(control, file));
  if (byFile) return [byFile];
  const byControl = controls.map((key) => live.find(({ control }) => control === key));
  return byControl.every((each) => each !== undefined) ? byControl : [];
}

function failureOf({ steps, problems }: CaseResult): string {
  const step = steps.find(({ verdict, problem }) => verdict === "failed" && problem);
  const problem = step?.problem ?? problems[0];
  return problem ? `it failed: expected ${problem.expected}, saw ${problem.seen}` : "it failed";
}
