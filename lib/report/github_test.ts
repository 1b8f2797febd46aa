import { deepEqual, equal, match } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import type { CaseResult, Result } from "../result/model.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import { renderGithub, renderGithubOutput } from "./github.ts";

const result = foldEvents(mixedRun());
const failed = result.cases.find(({ id }) => id === heads.failed.id)!;

Deno.test("renderGithub() points at the line of the step, and cannot be broken out of", () => {
  const name = "50%, a: b\n::error::c";
  const lines = renderGithub({ ...result, cases: [{ ...failed, name }] }).trimEnd().split("\n");
  equal(lines.length, 1);
  match(
    lines[0]!,
    /^::error file=scenarios\/recovery\/kill\.yaml,line=6,title=failed%3A 50%25%2C a%3A b %3A%3Aerror%3A%3Ac::expected replica1 to be streaming, .*%0Arerun: /,
  );
});

Deno.test("renderGithub() shows failures first and says how many it left out", () => {
  const error = result.cases.find(({ verdict }) => verdict === "error")!;
  const many: CaseResult[] = Array.from({ length: 14 }, (_, n) => ({ ...failed, id: `f${n}` }));
  const lines = renderGithub({ ...result, cases: [error, ...many] }).trimEnd().split("\n");
  equal(lines.length, 10);
  deepEqual(lines.filter((line) => line.includes("title=error")), []);
  equal(lines.at(-1), "::error title=pgproof::6 more in the summary");
});

Deno.test("renderGithub() says nothing of a run in which all passed", () => {
  const passed = result.cases.filter(({ verdict }) => verdict === "passed");
  equal(renderGithub({ ...result, cases: passed, problems: [] }), "");
});

Deno.test("renderGithub() does not keep silent about a run that was cut short", () => {
  const cut: Result = { ...result, cases: [], run: { ...result.run, complete: false } };
  match(renderGithub(cut), /^::error file=compose\.yaml,line=1,/);
});

Deno.test("renderGithubOutput() has one output a line", () => {
  match(renderGithubOutput(result), /^status=failed\nexit=1\n(?:[a-z-]+=\d+\n)+$/);
});
