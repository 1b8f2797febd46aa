/**
 * CTRF, the common test report format (https://ctrf.io), working draft 0.0.0: read by GitHub and chat
 * reporters. An error counts as failed there: a status of "other" would pass for green.
 *
 * @module
 */
import type { Verdict } from "../result/event.ts";
import type { CaseResult, Result } from "../result/model.ts";
import { causesOf, headline, placeOf, problemLine } from "./causes.ts";
import { excerptAround } from "./excerpt.ts";
import { headAndTail } from "./clean.ts";
import { casesWithRun } from "./run_case.ts";
import { tellCause, tellEvidence } from "./story.ts";
import { painter } from "./words.ts";

const statuses: Readonly<Record<Verdict, "passed" | "failed" | "skipped">> = {
  passed: "passed",
  flaky: "passed",
  failed: "failed",
  error: "failed",
  skipped: "skipped",
  "not-run": "skipped",
  waived: "skipped",
};

const telling = { paint: painter(false), logLinesMax: 50 };

/** The result as CTRF JSON. */
export function renderCtrf(result: Result): string {
  const { run } = result;
  const cases = casesWithRun(result);
  const tests = cases.map((subject) => testOf(result, subject));
  const count = (status: string) => tests.filter((each) => each.status === status).length;
  const start = epochOf(run, 0);
  const report = {
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    generatedBy: `${run.tool.name} ${run.tool.version}`,
    timestamp: new Date(start).toISOString(),
    results: {
      tool: { name: run.tool.name, version: run.tool.version },
      summary: {
        tests: tests.length,
        passed: count("passed"),
        failed: count("failed"),
        skipped: count("skipped"),
        pending: 0,
        other: 0,
        flaky: cases.filter(({ verdict }) => verdict === "flaky").length,
        start,
        stop: start + Math.round(run.ms ?? 0),
      },
      tests,
      environment: {
        appName: run.stack.file,
        osPlatform: run.runtime.os,
        testEnvironment: run.target.name,
        extra: { postgres: run.postgres, stack: run.stack.hash, seed: run.seed, exit: run.exit },
      },
    },
  };
  return JSON.stringify(report, null, 2) + "\n";
}

function testOf(result: Result, subject: CaseResult) {
  const { id, name, verdict, ms, startedAt, tags, controls, reason, attempts } = subject;
  const { file, line } = placeOf(subject);
  const isBad = statuses[verdict] === "failed";
  const place = causesOf(subject)[0]?.step?.place;
  const snippet = place && excerptAround(result.run, subject.file, place);
  return {
    name: `${name} (${id})`,
    status: statuses[verdict],
    rawStatus: verdict,
    duration: Math.round(ms),
    ...(startedAt === undefined ? {} : {
      start: epochOf(result.run, startedAt),
      stop: epochOf(result.run, startedAt + ms),
    }),
    suite: [subject.file],
    filePath: file,
    line,
    tags,
    ...(verdict === "flaky" ? { flaky: true } : {}),
    ...(attempts > 1 ? { retries: attempts - 1 } : {}),
    ...(isBad
      ? { message: problemLine(headline(subject)), trace: traceOf(subject) }
      : reason === undefined
      ? {}
      : { message: reason }),
    ...(isBad && snippet ? { snippet: snippet.join("\n") } : {}),
    steps: subject.steps.map((step) => ({ name: step.title, status: statuses[step.verdict] })),
    extra: { id, controls, seed: subject.seed, combination: subject.combination },
  };
}

function traceOf(subject: CaseResult): string {
  const causes = causesOf(subject).map((cause) => tellCause(subject, cause, telling).join("\n"));
  const text = [...causes, ...tellEvidence(subject.evidence, telling)].join("\n");
  return headAndTail(text, 16 * 1024);
}

/** Milliseconds since 1970; whole, as CTRF wants them. */
function epochOf({ startedAt }: Result["run"], t: number): number {
  const begin = Date.parse(startedAt);
  return Math.round((Number.isNaN(begin) ? 0 : begin) + t);
}
