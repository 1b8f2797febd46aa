import { equal, match } from "node:assert/strict";
import { parse } from "yaml";
import { foldEvents } from "../result/fold.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import { renderTap } from "./tap.ts";

const result = foldEvents(mixedRun());

Deno.test("renderTap() has a plan and one point for each case", () => {
  const lines = renderTap(result).split("\n");
  equal(lines[1], `1..${result.cases.length}`);
  equal(lines.filter((line) => /^(?:not )?ok \d+ /.test(line)).length, result.cases.length);
});

Deno.test("renderTap() has diagnostics that are YAML", () => {
  const [, text] = /\n {2}---\n([^]*?)\n {2}\.\.\./.exec(renderTap(result))!;
  const { verdict, at, problems } = parse(text!);
  equal(verdict, "failed");
  equal(at.line, 6);
  equal(problems[0].code, "Mismatch");
});

Deno.test("renderTap() keeps a name from being a directive", () => {
  const failed = result.cases.find(({ id }) => id === heads.failed.id)!;
  const text = renderTap({ ...result, cases: [{ ...failed, name: "a # SKIP b" }] });
  match(text, /^not ok 1 - a \\# SKIP b/m);
});
