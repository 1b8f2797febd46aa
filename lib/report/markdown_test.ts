import { doesNotMatch, equal, match, ok } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import { renderMarkdown } from "./markdown.ts";

const result = foldEvents(mixedRun());
const failed = result.cases.find(({ id }) => id === heads.failed.id)!;

Deno.test("renderMarkdown() keeps a name from being markup, a mention or a cell", () => {
  const name = "a | b <img src=x> `c` @everyone [d](http://e) <!-- f";
  const text = renderMarkdown({ ...result, cases: [{ ...failed, name }] });
  const row = text.split("\n").find((line) => line.startsWith("| failed"))!;
  equal(row.match(/(?<!\\)\|/g)!.length, 5);
  doesNotMatch(row, /<img|@everyone|(?<!\\)`c|\[d\]\(http/);
});

Deno.test("renderMarkdown() keeps a log from closing its fence", () => {
  const steps = failed.steps.map((step) => ({
    ...step,
    evidence: [{ kind: "log", node: "master", text: "```\n</details>\n````" }],
  }));
  const text = renderMarkdown({ ...result, cases: [{ ...failed, steps }] });
  match(text, /\n`````text\n[^]*````[^]*\n`````\n/);
});

Deno.test("renderMarkdown() fits in a comment whatever happened, the verdict first", () => {
  const many = Array.from({ length: 400 }, (_, n) => ({ ...failed, id: `f${n}` }));
  const text = renderMarkdown({ ...result, cases: many });
  ok(text.length <= 65_536);
  match(text, /^<!-- pgproof:compose\.yaml -->\n## ❌ pgproof: FAILED\n/);
  match(text, /further sections are in report\.html/);
});
