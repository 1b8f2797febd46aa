import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import type { EventBody, RunEvent, Verdict } from "./event.ts";
import { foldEvents } from "./fold.ts";
import type { Result } from "./model.ts";
import { anyRun } from "./testdata/any_run.ts";
import { heads, mixedRun } from "./testdata/mixed_run.ts";

function verdictsOf(result: Result): Record<string, Verdict> {
  return Object.fromEntries(result.cases.map(({ id, verdict }) => [id, verdict]));
}

function caseOf(result: Result, id: string) {
  return result.cases.find((each) => each.id === id)!;
}

/** The mixed run with its events changed. */
function changed(change: (event: RunEvent) => RunEvent[]): Result {
  return foldEvents(mixedRun().flatMap(change));
}

Deno.test("foldEvents() gives each case its verdict, in the order of the plan", () => {
  const result = foldEvents(mixedRun());
  deepEqual(Object.entries(verdictsOf(result)), [
    [heads.passed.id, "passed"],
    [heads.failed.id, "failed"],
    [heads.flaky.id, "flaky"],
    [heads.error.id, "error"],
    [heads.notRun.id, "not-run"],
    [heads.skipped.id, "skipped"],
  ]);
  deepEqual(result.totals, {
    cases: 6,
    passed: 1,
    failed: 1,
    error: 1,
    flaky: 1,
    skipped: 1,
    "not-run": 1,
    waived: 0,
  });
  equal(result.run.complete, true);
  equal(result.run.startedAt, "2026-01-02T03:04:05.000Z");
});

Deno.test("foldEvents() leaves steps after the one that failed as skipped", () => {
  const { steps } = caseOf(foldEvents(mixedRun()), heads.failed.id);
  deepEqual(steps.map(({ id, verdict }) => `${id} ${verdict}`), [
    "always[0] failed",
    "steps[0] passed",
    "steps[1] failed",
    "steps[2] skipped",
  ]);
});

Deno.test("foldEvents() keeps what earlier attempts came to", () => {
  const flaky = caseOf(foldEvents(mixedRun()), heads.flaky.id);
  equal(flaky.attempts, 2);
  deepEqual(flaky.earlier?.map(({ attempt, verdict, problems }) => [attempt, verdict, problems]), [
    [1, "error", [{
      code: "NodeError",
      expected: "a primary that accepts writes, every replica streaming",
      seen: "Cannot start replica2: the server exited",
      notes: [],
    }]],
  ]);
});

Deno.test("foldEvents() of a run that was killed has no pass that was not seen", () => {
  const events = mixedRun();
  const cut = events.findIndex((event) => event.type === "step-ended" && event.ms === 529);
  const result = foldEvents(events.slice(0, cut));
  equal(result.run.complete, false);
  deepEqual(verdictsOf(result), {
    [heads.passed.id]: "passed",
    [heads.failed.id]: "error",
    [heads.flaky.id]: "error",
    [heads.error.id]: "error",
    [heads.notRun.id]: "not-run",
    [heads.skipped.id]: "error",
  });
  const failed = caseOf(result, heads.failed.id);
  equal(failed.reason, "the run stopped before it ended");
  deepEqual(failed.steps.map(({ verdict }) => verdict), ["skipped", "passed", "error", "skipped"]);
  equal(caseOf(result, heads.skipped.id).reason, "the case was never begun");
});

Deno.test("foldEvents() of an interrupted run skips what was never begun", () => {
  const result = changed((event) => {
    if (event.type === "run-ended") return [{ ...event, interrupted: true }];
    return "case" in event && event.case === heads.skipped.id ? [] : [event];
  });
  const { verdict, reason } = caseOf(result, heads.skipped.id);
  deepEqual([verdict, reason], ["skipped", "the run was interrupted"]);
});

const lies: Record<string, [change: (event: RunEvent) => RunEvent[], seen: RegExp]> = {
  "a step has no verdict": [
    (event) => event.type === "step-ended" && event.step === "steps[1]" ? [] : [event],
    /no verdict on "the row is on every replica"/,
  ],
  "no step passed": [
    (event) => event.type === "step-ended" ? [{ ...event, verdict: "skipped" }] : [event],
    /no step that passed/,
  ],
  "a step failed": [
    (event) =>
      event.type === "step-ended" && event.step === "steps[0]"
        ? [{ ...event, verdict: "failed" }]
        : [event],
    /"insert a row" ended as failed/,
  ],
  "something was not undone": [
    (event) =>
      event.type === "case-ended"
        ? [event, { ...event, type: "note", kind: "undo-failed", text: "replica1 stays" }]
        : [event],
    /replica1 stays/,
  ],
};

for (const [why, [change, seen]] of Object.entries(lies)) {
  Deno.test(`foldEvents() does not believe a pass when ${why}`, () => {
    const { verdict, problems } = caseOf(changed(change), heads.passed.id);
    equal(verdict, "error");
    ok(problems.some((each) => seen.test(each.seen)), JSON.stringify(problems));
  });
}

Deno.test("foldEvents() keeps a failure that was retried", () => {
  const result = changed((event) =>
    event.type === "case-ended" && event.verdict === "error"
      ? [{ ...event, verdict: "failed" }]
      : [event]
  );
  equal(caseOf(result, heads.flaky.id).verdict, "failed");
});

Deno.test("foldEvents() tells what happened outside any case", () => {
  const late = { t: 1, at: "", type: "note", kind: "undo-failed", text: "a directory stays" };
  const result = foldEvents([...mixedRun(), late as RunEvent]);
  deepEqual(result.problems.map(({ code, seen }) => [code, seen]), [
    ["UndoFailed", "a directory stays"],
  ]);
});

Deno.test("foldEvents() of nothing is a run that did not end", () => {
  const result = foldEvents([]);
  equal(result.run.complete, false);
  equal(result.totals.cases, 0);
});

Deno.test("foldEvents() tells of cases and steps that nobody announced", () => {
  const body: EventBody = {
    type: "step-ended",
    case: "x.yaml",
    step: "steps[0]",
    verdict: "passed",
    ms: 1,
    evidence: [],
  };
  const result = foldEvents([{ t: 5, at: "", ...body }]);
  deepEqual(verdictsOf(result), { "x.yaml": "error" });
  equal(result.cases[0]!.steps[0]!.startedAt, 4);
});

Deno.test("foldEvents() gives totals that add up", () => {
  fc.assert(fc.property(anyRun, (events) => {
    const { totals: { cases, ...verdicts }, cases: results } = foldEvents(events);
    equal(cases, results.length);
    equal(Object.values(verdicts).reduce((sum, each) => sum + each, 0), cases);
  }));
});

Deno.test("foldEvents() agrees with a sound runner on whole streams", () => {
  fc.assert(fc.property(anyRun, (events) => {
    const said = new Map<string, Verdict[]>();
    for (const event of events) {
      if (event.type === "case-ended") {
        said.set(event.case, [...said.get(event.case) ?? [], event.verdict]);
      }
    }
    for (const { id, verdict } of foldEvents(events).cases) {
      const last = said.get(id)!.at(-1)!;
      equal(verdict, last === "passed" && said.get(id)!.length > 1 ? "flaky" : last);
    }
  }));
});

Deno.test("foldEvents() of every beginning of a run passes nothing that the whole does not", () => {
  fc.assert(fc.property(anyRun, (events) => {
    const whole = verdictsOf(foldEvents(events));
    for (let length = 0; length < events.length; length++) {
      for (const { id, verdict } of foldEvents(events.slice(0, length)).cases) {
        if (verdict === "passed" || verdict === "flaky") equal(whole[id], verdict);
      }
    }
  }));
});

Deno.test("foldEvents() does not change the events", () => {
  const events = mixedRun();
  foldEvents(events);
  deepEqual(events, mixedRun());
});
