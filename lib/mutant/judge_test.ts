import { deepEqual, equal, match } from "node:assert/strict";
import type { CaseResult, StepResult } from "../result/model.ts";
import { judge } from "./judge.ts";
import type { Kill, MutantResult, MutationReport, Outcome } from "./model.ts";
import { countOutcomes, exitOfMutation, mutantLines, scoreLine } from "./score.ts";

const kill: Kill = {
  scenario: "a.yaml",
  matrix: {},
  check: "it is seen",
  seen: "replica1",
  by: "behaviour",
};

function step(title: string, more: Partial<StepResult>): StepResult {
  const place = { line: 1, column: 1 };
  const head = { id: title, place, title, verb: "expect", section: "steps" };
  return { ...head, verdict: "failed", ms: 1, evidence: [], ...more };
}

const problem = (seen: string, code = "Mismatch") => ({ code, expected: "x", seen, notes: [] });

function subject(verdict: CaseResult["verdict"], more: Partial<CaseResult> = {}): CaseResult {
  return {
    ...{ id: "a.yaml", file: "a.yaml", line: 1, name: "A", tags: [], controls: [] },
    ...{ combination: {}, seed: 1, verdict, ms: 1, attempts: 1, problems: [], steps: [] },
    ...{ measures: [], timeline: [], evidence: [], notes: [] },
    cluster: { ms: 1, nodes: [], translations: [] },
    ...more,
  };
}

const stopped = step("it goes on", { problem: problem("stopped", "Stopped") });
const seen = step("it is seen", { problem: problem("replica1 is late") });

function withoutCluster(verdict: "failed" | "error", text: string): CaseResult {
  const { cluster: _cluster, ...rest } = subject(verdict, {
    problems: [problem("Cannot start replica1", "NodeError")],
    evidence: [{ kind: "log", text }],
  });
  return rest;
}

const cases: [string, Parameters<typeof judge>, Outcome][] = [
  [
    "its check failed",
    [{ kill }, { cases: [subject("failed", { steps: [stopped, seen] })] }],
    "killed",
  ],
  [
    "another check failed first",
    [{ kill }, {
      cases: [subject("failed", { steps: [step("before", { problem: problem("no") }), seen] })],
    }],
    "killed-otherwise",
  ],
  [
    "its check failed for another reason",
    [{ kill: { ...kill, seen: "replica2" } }, { cases: [subject("failed", { steps: [seen] })] }],
    "killed-otherwise",
  ],
  ["nothing failed", [{ kill }, { cases: [subject("passed")] }], "survived"],
  [
    "one of two cases passed",
    [{ kill }, { cases: [subject("failed", { steps: [seen] }), subject("passed")] }],
    "survived",
  ],
  [
    "its check could not decide",
    [{ kill }, { cases: [subject("error", { steps: [{ ...seen, verdict: "error" }] })] }],
    "invalid",
  ],
  [
    "the stack did not come up where it should",
    [{ kill }, { cases: [withoutCluster("failed", "FATAL: no")] }],
    "invalid",
  ],
  ["the target cannot run it", [{ kill }, { cases: [subject("not-run")] }], "not-run"],
  ["no case was there", [{ kill }, { cases: [] }], "invalid"],
  ["the stack cannot be read", [{ kill }, { unusable: "no such file" }], "invalid"],
  [
    "it did not come up, as it must not",
    [{ kill: { ...kill, start: "FATAL: +no" } }, {
      cases: [withoutCluster("error", "FATAL:  no")],
    }],
    "killed",
  ],
  [
    "it did not come up, for another reason",
    [{ kill: { ...kill, start: "port" } }, { cases: [withoutCluster("error", "FATAL: no")] }],
    "killed-otherwise",
  ],
  [
    "it came up although it must not",
    [{ kill: { scenario: "a", matrix: {}, by: "behaviour", start: "no" } }, {
      cases: [subject("passed")],
    }],
    "survived",
  ],
  [
    "the stack is refused as it must be",
    [{ kill: { ...kill, start: "no such file" } }, { unusable: "no such file" }],
    "killed",
  ],
  ["an equivalent passed", [{}, { cases: [subject("passed")] }], "equivalent"],
  ["an equivalent failed", [{}, { cases: [subject("failed", { steps: [seen] })] }], "false-alarm"],
  ["an equivalent met an error", [{}, { cases: [subject("error")] }], "invalid"],
  ["an equivalent passed at the second attempt", [{}, { cases: [subject("flaky")] }], "invalid"],
];

for (const [name, [mutant, sight], outcome] of cases) {
  Deno.test(`judge() says ${outcome} where ${name}`, () => {
    equal(judge(mutant, sight).outcome, outcome);
  });
}

Deno.test("judge() says what it saw first", () => {
  const { seen: said } = judge({ kill }, {
    cases: [subject("failed", { steps: [stopped, seen] })],
  });
  equal(said, "it is seen: replica1 is late");
});

function result(outcome: Outcome, isEquivalent = false): MutantResult {
  const expected = isEquivalent ? {} : { expected: kill };
  return { file: "m.yaml", name: "M", why: "w", outcome, seen: "s", ms: 1000, ...expected };
}

function report(mutants: MutantResult[]): MutationReport {
  return {
    schema: "pgproof/mutation/1",
    tool: { name: "pgproof", version: "0" },
    target: { name: "local", description: "" },
    stack: { file: "compose.yaml", hash: "" },
    ...{ seed: 1, startedAt: "", ms: 61_000, interrupted: false, elsewhere: [] },
    totals: countOutcomes(mutants),
    mutants,
  };
}

Deno.test("exitOfMutation() is 0 only where every mutant is as it should be", () => {
  const exit = (...all: MutantResult[]) => exitOfMutation(report(all));
  const good = [result("killed"), result("equivalent", true)];
  equal(exit(...good, result("not-run")), 0);
  for (const outcome of ["survived", "killed-otherwise", "false-alarm"] as const) {
    equal(exit(...good, result(outcome), result("invalid")), 1);
  }
  equal(exit(...good, result("invalid")), 3);
  equal(exit(), 4);
  equal(exit(result("not-run")), 5);
  equal(exitOfMutation({ ...report(good), interrupted: true }), 130);
});

Deno.test("scoreLine() counts what was to be killed and what was to stay green", () => {
  const all = [result("killed"), result("survived"), result("equivalent", true), result("not-run")];
  equal(
    scoreLine({ ...report(all), elsewhere: ["x.yaml"] }, false),
    "FAILED  1 of 2 killed for the expected reason, 1 of 1 equivalent ones green, 1 survived, " +
      "1 not run, 1 for other targets or overlays in 1min 1s, seed 1\n",
  );
});

Deno.test("mutantLines() says of a survivor what was expected", () => {
  deepEqual(mutantLines(result("killed"), false), "killed       m.yaml  M  1s\n");
  match(
    mutantLines(result("survived"), false),
    /^SURVIVED {5}m\.yaml {2}M {2}1s\n {13}expected a\.yaml fails at "it is seen", with \/replica1\/\n {13}seen {5}s\n$/,
  );
});
