/**
 * How many cases ended how.
 *
 * @module
 */
import type { CaseResult, Totals } from "./model.ts";

/** How many cases ended how. */
export function totalsOf(cases: readonly Pick<CaseResult, "verdict">[]): Totals {
  const totals: Totals = {
    cases: cases.length,
    passed: 0,
    failed: 0,
    error: 0,
    flaky: 0,
    skipped: 0,
    "not-run": 0,
    waived: 0,
  };
  for (const { verdict } of cases) totals[verdict]++;
  return totals;
}
