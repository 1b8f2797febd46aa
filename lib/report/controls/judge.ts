/**
 * What a run says of each control. Strict: one failed case is `not-satisfied`; anything that was not
 * seen, and be it one case of many, leaves a control `not-assessed`.
 *
 * @module
 */
import type { CaseResult, Result } from "../../result/model.ts";
import { isExpired, namesFile } from "../../result/waive.ts";
import type { Catalogue, Check, Control, ControlStatus, Judgement } from "./model.ts";
import { shippedCatalogues } from "./read.ts";

/** Judges every control of the catalogues, in their order. */
export function judgeControls(
  result: Result,
  catalogues: readonly Catalogue[] = shippedCatalogues(),
): Judgement[] {
  return catalogues.flatMap((catalogue) =>
    catalogue.controls.map((control) => judge(result, catalogue, control))
  );
}

function judge(result: Result, catalogue: Catalogue, control: Control): Judgement {
  const key = `${catalogue.id}:${control.id}`;
  const own = casesFor(key, result);
  const needs = own.length > 0 || control.needs.length === 0
    ? [key, ...control.needs]
    : control.needs;
  const checks = needs.map((need) => check(need, casesFor(need, result)));
  const status = worst(checks.map((each) => each.status));
  const deciding = checks.filter((each) => each.status === status);
  return {
    catalogue,
    control,
    key,
    status,
    why: control.note && status === "not-assessed"
      ? control.note
      : status === "satisfied"
      ? reasonOf(checks)
      : deciding.map(({ need, why }) => need === key ? why : `${need}: ${why}`).join("; "),
    checks,
    cases: [...new Set(checks.flatMap(({ cases }) => cases))],
    ...waiverOf(key, result),
  };
}

function casesFor(need: string, { cases }: Result): CaseResult[] {
  return cases.filter(({ controls, file }) => controls.includes(need) || namesFile(need, file));
}

function check(need: string, cases: CaseResult[]): Check {
  const of = (...verdicts: string[]) => cases.filter(({ verdict }) => verdicts.includes(verdict));
  // That somebody accepts a failure does not make it less of one.
  const failed = of("failed", "waived");
  const unseen = cases.filter((each) =>
    !["passed", "flaky", "failed", "waived"].includes(each.verdict)
  );
  const count = cases.length;
  if (failed.length > 0) {
    const why = `${failed.length} of ${count} failed: ${failed.map(({ id }) => id).join(", ")}`;
    return { need, status: "not-satisfied", why, cases };
  }
  if (count === 0) {
    return { need, status: "not-assessed", why: "no case of this run tests it", cases };
  }
  if (unseen.length > 0) {
    const told = unseen.map(({ id, verdict, reason }) =>
      `${id} ${verdict === "not-run" ? "was not run" : `ended as ${verdict}`}` +
      (reason === undefined ? "" : ` (${reason})`)
    );
    return { need, status: "not-assessed", why: told.join(", "), cases };
  }
  return { need, status: "satisfied", why: `${count} of ${count} passed`, cases };
}

function reasonOf(checks: readonly Check[]): string {
  const count = new Set(checks.flatMap(({ cases }) => cases)).size;
  return count === 1 ? "1 case passed" : `all ${count} cases passed`;
}

function worst(statuses: readonly ControlStatus[]): ControlStatus {
  if (statuses.includes("not-satisfied")) return "not-satisfied";
  return statuses.includes("not-assessed") ? "not-assessed" : "satisfied";
}

/** A waiver counts up to the end of its last day, on the day of the run and not of the reader. */
function waiverOf(key: string, { run }: Result): Pick<Judgement, "waiver" | "expired"> {
  const given = run.waivers?.filter(({ control }) => control === key) ?? [];
  const waiver = given.find((each) => !isExpired(each, run));
  if (waiver) return { waiver };
  const [expired] = given;
  return expired ? { expired } : {};
}
