/**
 * Scenarios written in a test, run on a local cluster each, folded as every report sees them.
 *
 * @module
 */
import { equal } from "node:assert/strict";
import { openLocalTarget } from "../../lib/cluster/local/target.ts";
import type { EventBody, Problem, RunEvent } from "../../lib/result/event.ts";
import { foldEvents } from "../../lib/result/fold.ts";
import type { CaseResult, StepResult } from "../../lib/result/model.ts";
import { caseHead } from "../../lib/run/head.ts";
import { runCases } from "../../lib/run/runner.ts";
import { parseScenario } from "../../lib/scenario/parse.ts";
import { planCases } from "../../lib/scenario/plan.ts";
import type { Stack } from "../../lib/stack/model.ts";
import { seedStack } from "./stack_fixture.ts";

/** The server to test on, as `--postgres` takes it. */
const postgres = Deno.env.get("PGPROOF_TEST_POSTGRES") ?? "18";

/** How to run them. */
export interface PlayOptions {
  replicas?: number;
  /** In place of the seed's stack. */
  stack?: Stack;
  allow?: string[];
  retries?: number;
  /** Files that the scenarios use, by path. */
  files?: Record<string, string>;
}

/** What the scenarios came to, by their names; `first[how=a]` where there is a matrix. */
export async function play(
  scenarios: Record<string, string>,
  options: PlayOptions = {},
): Promise<Map<string, CaseResult>> {
  const { replicas = 1, files = {}, stack = seedStack(replicas) } = options;
  const nodes = stack.nodes.map(({ name }) => name);
  const readText = (path: string) =>
    files[path] === undefined ? { problem: "there is no such file" } : { text: files[path] };
  const parsed = Object.entries(scenarios).map(([name, text]) =>
    parseScenario(name, `scenario: ${name}\n${text}`, { nodes, readText })
  );
  const cases = planCases(parsed, { seed: 1, repeat: 1 });
  const limit = AbortSignal.timeout(180_000);
  const target = await openLocalTarget(stack, { postgres, signal: limit, ahead: 1 });
  const events: RunEvent[] = [];
  const emit = (event: EventBody) =>
    void events.push({ t: performance.now(), at: new Date(0).toISOString(), ...event });
  try {
    emit({ type: "run-started", cases: cases.map(caseHead) } as unknown as EventBody);
    await runCases(cases, {
      target,
      emit,
      workers: 2,
      retries: options.retries ?? 0,
      failFast: false,
      timeScale: 1,
      signal: limit,
      ...(options.allow ? { allow: options.allow } : {}),
    });
    emit({ type: "run-ended", ms: 0, interrupted: false });
  } finally {
    await target.close();
  }
  return new Map(foldEvents(events).cases.map((each) => [each.id, each]));
}

/** A step of a case, by its title. */
export function stepOf(result: CaseResult | undefined, title: string): StepResult {
  const step = result?.steps.find((each) => each.title === title);
  if (step) return step;
  throw new Error(`no step "${title}" among ${result?.steps.map((each) => each.title).join(", ")}`);
}

/** Asserts that a case passed, every step of it judged. */
export function passed(result: CaseResult | undefined): void {
  equal(result?.verdict, "passed", tell(result));
}

/** Asserts how a case ended, at which step, and why. */
export function ended(
  result: CaseResult | undefined,
  wanted: { verdict: string; step?: string; code: string; seen: RegExp },
): void {
  equal(result?.verdict, wanted.verdict, tell(result));
  const { step, code, seen } = wanted;
  const problems: Problem[] = step === undefined
    ? result?.problems ?? []
    : [stepOf(result, step).problem ?? { code: "none", expected: "", seen: "", notes: [] }];
  const found = problems.find((problem) => problem.code === code && seen.test(problem.seen));
  equal(found === undefined, false, `${code} ${seen}: ${tell(result)}`);
}

function tell(result: CaseResult | undefined): string {
  const steps = result?.steps.map(({ title, verdict, problem }) =>
    `${verdict} ${title}${problem ? `: ${JSON.stringify(problem)}` : ""}`
  );
  return [JSON.stringify(result?.problems), result?.reason, ...steps ?? []].join("\n  ");
}
