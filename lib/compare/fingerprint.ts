/**
 * Whether a stored result can be compared with: the numbers of another machine, version, target,
 * stack or scenario are no baseline, and would be taken for a change.
 *
 * @module
 */
import type { Result } from "../result/model.ts";

type Run = Result["run"];

/** What must be the same, each by its name. */
const same: readonly [what: string, of: (run: Run) => string | number][] = [
  ["PostgreSQL", ({ postgres }) => postgres],
  ["target", ({ target }) => target.name],
  ["cores", ({ runtime }) => runtime.cores],
  ["system", ({ runtime }) => `${runtime.os} ${runtime.arch}`],
  ["pgproof", ({ tool }) => tool.version],
  ["workers", ({ workers }) => workers],
];

/** In what two results differ that makes them incomparable, in words; empty: in nothing. */
export function incomparable(base: Result, head: Result): string[] {
  const found: string[] = [];
  for (const [which, { run }] of [["baseline", base], ["result", head]] as const) {
    if (!run.complete || run.interrupted) found.push(`the ${which} is of a run that did not end`);
  }
  for (const [what, of] of same) {
    const [before, after] = [of(base.run), of(head.run)];
    if (before !== after) found.push(`${what} is ${after}, in the baseline ${before}`);
  }
  return [...found, ...settingDifferences(base.run, head.run), ...sourceDifferences(base, head)];
}

function settingDifferences({ stack: base }: Run, { stack: head }: Run): string[] {
  if (!base.settings || !head.settings) {
    const which = base.settings ? "result" : "baseline";
    return [`the ${which} does not say with which settings it was made`];
  }
  return differences(base.settings, head.settings).flatMap((node) => {
    const [before, after] = [base.settings![node], head.settings![node]];
    if (!before || !after) return [`${node} is in one of the stacks only`];
    return differences(before, after).map((name) =>
      `${name} of ${node} is ${after[name] ?? "not set"}, in the baseline ${
        before[name] ?? "not set"
      }`
    );
  });
}

/** Files of scenarios that differ or are in one of them only. */
function sourceDifferences({ run: base }: Result, { run: head }: Result): string[] {
  const [before, after] = [base.sources ?? {}, head.sources ?? {}];
  return differences(before, after).map((file) => {
    if (before[file] === undefined) return `${file} is not in the baseline`;
    return after[file] === undefined ? `${file} is in the baseline only` : `${file} has changed`;
  });
}

/** Keys whose values are not equal, sorted. */
function differences<T>(before: Record<string, T>, after: Record<string, T>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
