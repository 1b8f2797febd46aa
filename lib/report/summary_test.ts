import { equal, match, ok } from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { foldEvents, totalsOf } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { anyRun } from "../result/testdata/any_run.ts";
import { heads, mixedRun, sources } from "../result/testdata/mixed_run.ts";
import { formatSummary } from "./summary.ts";
import { Screen } from "./testdata/screen.ts";

const result = foldEvents(mixedRun());
const written = ["reports/junit.xml", "reports/result.json"];

/** The result with some of its cases only. */
function only(...verdicts: string[]): Result {
  const cases = result.cases.filter(({ verdict }) => verdicts.includes(verdict));
  return { ...result, cases, totals: totalsOf(cases) };
}

function lastLine(of: Result): string {
  return formatSummary(of, { sources, color: false }).trimEnd().split("\n").at(-1)!;
}

Deno.test("formatSummary() of a run with every verdict", async (t) => {
  await t.assertSnapshot(formatSummary(result, { sources, color: false, written }));
});

Deno.test("formatSummary() of a run with every verdict, in colour, verbose", async (t) => {
  const colored = formatSummary(result, { sources, color: true, verbose: true, written });
  await t.assertSnapshot(colored);
  const plain = formatSummary(result, { sources, color: false, verbose: true, written });
  equal(stripVTControlCharacters(colored), plain);
});

Deno.test("formatSummary() has failures after errors, and the verdict last", () => {
  const text = formatSummary(result, { sources, color: false });
  const order = ["not run  ", "ERROR  ", "FAIL  ", "FAILED  6 cases"].map((each) =>
    text.indexOf(`\n${each}`)
  );
  ok(order.every((at, index) => at >= 0 && at > (order[index - 1] ?? -1)), String(order));
});

Deno.test("formatSummary() shows all problems of a case, the first cause first", () => {
  const text = formatSummary(only("failed"), { sources, color: false });
  ok(text.indexOf("replica1 to be streaming") < text.indexOf("every acknowledged write"));
});

Deno.test("formatSummary() is quiet about what did not run", () => {
  const text = formatSummary(result, { sources, color: false, quiet: true });
  ok(!text.includes(heads.notRun.id) && !text.includes("flaky  "));
  ok(text.includes(`FAIL     ${heads.failed.id}`));
});

Deno.test("formatSummary() does without the text of a scenario", () => {
  const text = formatSummary(only("failed"), { sources: new Map(), color: false });
  ok(text.includes("scenarios/recovery/kill.yaml:6  replica1 streams again\n  expected"));
});

Deno.test("formatSummary() keeps the last lines of a long log", () => {
  const events = mixedRun().map((event) =>
    event.type === "step-ended" && event.verdict === "failed"
      ? {
        ...event,
        evidence: Array.from({ length: 30 }, (_, n) => ({
          kind: "log",
          node: "master",
          text: `line ${n}.`,
        })),
      }
      : event
  );
  const text = formatSummary(foldEvents(events), { sources, color: false });
  ok(text.includes("log of master, the last 10 of 30 lines\n    line 20.\n"));
  ok(text.includes("line 29.") && !text.includes("line 19."));
});

Deno.test("formatSummary() ends with what the exit code says", () => {
  match(lastLine(only("passed")), /^PASSED {2}1 case: 1 passed in 10\.4s, seed 42$/);
  match(lastLine(only("passed", "error")), /^ERROR {2}2 cases: 1 passed, 1 error in /);
  match(lastLine(only()), /^NOTHING SELECTED {2}0 cases in /);
  match(lastLine(only("not-run")), /^NOTHING RAN {2}1 case: 1 not run in /);
  const interrupted = { ...result, run: { ...result.run, interrupted: true } };
  match(lastLine(interrupted), /^INTERRUPTED {2}6 cases/);
});

Deno.test("formatSummary() says that a run did not end, and what went wrong outside the cases", () => {
  const problem = { code: "UndoFailed", expected: "all undone", seen: "one left", notes: [] };
  const cut = { ...only("passed"), run: { ...result.run, complete: false }, problems: [problem] };
  const text = formatSummary(cut, { sources, color: false });
  match(text, /ERROR {4}the run stopped before it ended/);
  match(text, /ERROR {4}outside any case\n {2}expected {2}all undone\n {2}seen {6}one left/);
});

Deno.test("formatSummary() lets no control character of a server through", () => {
  fc.assert(fc.property(anyRun, (events) => {
    const screen = new Screen();
    const text = formatSummary(foldEvents(events), { sources, color: true });
    screen.write(text.replaceAll("\t", " "));
  }));
});
