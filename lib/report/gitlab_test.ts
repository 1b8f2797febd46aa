import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { renderGitlab, renderMetrics } from "./gitlab.ts";

const result = foldEvents(mixedRun());

function fingerprints(of: Result): string[] {
  return JSON.parse(renderGitlab(of)).map((each: { fingerprint: string }) => each.fingerprint);
}

Deno.test("renderGitlab() knows a finding again though its line and its values have changed", () => {
  const later = structuredClone(result);
  for (const step of later.cases.flatMap(({ steps }) => steps)) {
    step.place.line += 7;
    if (step.problem) step.problem.seen += " 1.2s later";
  }
  deepEqual(fingerprints(later), fingerprints(result));
  notEqual(renderGitlab(later), renderGitlab(result));
  ok(fingerprints(result).length > 2);
  equal(new Set(fingerprints(result)).size, fingerprints(result).length);
});

Deno.test("renderGitlab() of a run in which all passed is an empty list", () => {
  const passed = result.cases.filter(({ verdict }) => verdict === "passed");
  deepEqual(fingerprints({ ...result, cases: passed, problems: [] }), []);
});

Deno.test("renderMetrics() is OpenMetrics: each series once, quotes escaped, an end", () => {
  const [first] = result.cases as [Result["cases"][number]];
  const odd = { ...first, id: 'a"b\\c\nd' };
  const lines = renderMetrics({ ...result, cases: [odd, odd] }).trimEnd().split("\n");
  equal(lines.at(-1), "# EOF");
  const samples = lines.filter((line) => !line.startsWith("#"));
  equal(new Set(samples.map((line) => line.replace(/ \S+$/, ""))).size, samples.length);
  for (const line of samples) {
    match(line, /^[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+\})? -?[\d.e+-]+$/);
  }
  ok(samples.some((line) => line.includes('case="a\\"b\\\\c\\nd"')));
});
