/**
 * What stands inside a `testcase`: properties, why it did not pass, what happened.
 *
 * @module
 */
import { join } from "node:path";
import type { Measure } from "../result/event.ts";
import type { Attempt, CaseResult, Result } from "../result/model.ts";
import { formatDuration } from "../time/duration.ts";
import { attachmentPath } from "./attachments.ts";
import { causesOf, problemLine } from "./causes.ts";
import { headAndTail } from "./clean.ts";
import { isAsked, showLimit } from "./limit.ts";
import { rerunCommand } from "./rerun.ts";
import { tellCause, tellEvidence } from "./story.ts";
import { painter } from "./words.ts";

/** An element before it is written; its text is not yet clean. */
export interface JunitElement {
  name: string;
  attributes?: Record<string, string | number>;
  text?: string;
  children?: JunitElement[];
}

/** More than this of one case's text is cut in its middle; consumers limit the size of files. */
const textMax = 64 * 1024;

const plain = painter(false);
const telling = { paint: plain, logLinesMax: 200 };

/** `property` elements. */
export function propertiesOf(pairs: readonly [string, unknown][]): JunitElement[] {
  return pairs.map(([name, value]) => ({
    name: "property",
    attributes: { name, value: typeof value === "string" ? value : JSON.stringify(value) },
  }));
}

/** The children of a case's element. */
export function caseElements(
  result: Result,
  subject: CaseResult,
  { isRich, folder }: { isRich: boolean; folder?: string },
): JunitElement[] {
  const pairs = caseProperties(subject);
  const story = happened(subject);
  const output = isRich ? story : [...pairs.map(([name, value]) => `${name}=${value}`), ...story];
  return [
    ...(isRich ? [{ name: "properties", children: propertiesOf(pairs) }] : []),
    ...verdictElements(result, subject),
    ...(subject.earlier ?? []).map((attempt) => earlierElement(attempt, subject)),
    {
      name: "system-out",
      text: [headAndTail(output.join("\n"), textMax), ...attached(subject, folder)].join("\n"),
    },
  ];
}

/** The line that Jenkins and Azure look for; Jenkins wants the path absolute. */
function attached(subject: CaseResult, folder: string | undefined): string[] {
  const isBad = subject.verdict === "failed" || subject.verdict === "error";
  if (!isBad || folder === undefined) return [];
  return [`[[ATTACHMENT|${join(folder, attachmentPath(subject))}]]`];
}

function caseProperties(subject: CaseResult): [string, string][] {
  const { verdict, seed, attempts, tags, controls, combination, measures, why } = subject;
  const text = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value);
  return [
    ["verdict", verdict],
    ["case.id", subject.id],
    ["case.seed", String(seed)],
    ["attempts", String(attempts)],
    ...(why === undefined ? [] : [["why", why] as [string, string]]),
    ...tags.map((tag): [string, string] => ["tag", tag]),
    ...controls.map((control): [string, string] => ["control", control]),
    ...Object.entries(combination).map(([name, value]): [string, string] => [
      `combination.${name}`,
      text(value),
    ]),
    ...measures.flatMap(metricProperties),
  ];
}

/** The median under the plain name; the rest of what a scenario asked for beside it. */
function metricProperties(measure: CaseResult["measures"][number]): [string, string][] {
  const { median, n, p90, p95, p99, max, limit, verdict } = measure;
  const more = { n, p90, p95, p99, max, limit, verdict };
  const name = metricName(measure);
  const beside = isAsked(measure) ? Object.entries(more) : [];
  return [
    [name, String(median)],
    ...beside.flatMap(([word, value]): [string, string][] =>
      value === undefined ? [] : [[`${name}.${word}`, String(value)]]
    ),
  ];
}

function metricName({ name, unit, node }: Measure): string {
  return `metric.${node === undefined ? "" : `${node}.`}${name}_${unit}`;
}

function verdictElements(result: Result, subject: CaseResult): JunitElement[] {
  const { verdict, reason } = subject;
  if (verdict === "passed" || verdict === "flaky") return [];
  if (verdict !== "failed" && verdict !== "error") {
    const message = reason ?? verdict;
    return [{ name: "skipped", attributes: { message, type: verdict }, text: message }];
  }
  const causes = causesOf(subject);
  const [{ problem }] = causes as [typeof causes[number]];
  const message = problemLine(problem);
  const body = [
    message,
    ...causes.flatMap((cause) => ["", ...tellCause(subject, cause, telling)]),
    ...(subject.evidence.length > 0 ? ["", "at the end"] : []),
    ...tellEvidence(subject.evidence, telling),
    "",
    `rerun: ${rerunCommand(result.run, subject)}`,
  ];
  const name = verdict === "failed" ? "failure" : "error";
  return [{
    name,
    attributes: { message, type: problem.code },
    text: headAndTail(body.join("\n"), textMax),
  }];
}

/** Surefire's words for what was retried: `flakyFailure` when it passed in the end. */
function earlierElement({ attempt, verdict, problems }: Attempt, subject: CaseResult) {
  const lines = problems.map(problemLine);
  const message = lines[0] ?? `attempt ${attempt} ended as ${verdict}`;
  return {
    name: subject.verdict === "flaky" ? "flakyFailure" : "rerunFailure",
    attributes: { message, type: problems[0]?.code ?? "Unexplained" },
    children: [{
      name: "stackTrace",
      text: [`attempt ${attempt}: ${verdict}`, ...lines].join("\n"),
    }],
  };
}

/** The course of a case in lines, passed ones too: what was judged is what a pass rests on. */
function happened(subject: CaseResult): string[] {
  const { steps, timeline, measures, notes, cluster, file } = subject;
  const section = (title: string, lines: string[]) => lines.length > 0 ? [title, ...lines] : [];
  return [
    ...section(
      "steps",
      steps.map(({ verdict, ms, startedAt, place, title, looks }) => {
        const time = startedAt === undefined ? "not reached" : formatDuration(ms);
        const often = looks === undefined ? "" : ` (looked ${looks} times)`;
        return `  ${verdict}  ${time}  ${file}:${place.line}  ${title}${often}`;
      }),
    ),
    ...section("events", timeline.map(({ t, text }) => `  ${(t / 1000).toFixed(3)}s  ${text}`)),
    ...section("measures", measures.map((measure) => `  ${describeMeasure(measure)}`)),
    ...section("notes", notes.map((note) => `  ${note}`)),
    ...section("translations", (cluster?.translations ?? []).map((each) => `  ${each}`)),
  ];
}

function describeMeasure(measure: Measure): string {
  const { n, median, min, max, unit } = measure;
  const { p90, p95, p99 } = measure;
  const tail = Object.entries({ p90, p95, p99 })
    .flatMap(([word, value]) => value === undefined ? [] : [`, ${word} ${value}`]).join("");
  const limit = measure.limit === undefined
    ? ""
    : `, limit ${showLimit(measure, (value) => String(value))}`;
  return `${metricName(measure).slice("metric.".length)}: median ${median} ${unit} ` +
    `(n=${n}, min ${min}${tail}, max ${max}${limit})`;
}
