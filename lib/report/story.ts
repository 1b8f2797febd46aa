/**
 * A problem told to people, the same in the console and in JUnit:
 *
 *     scenarios/x.yaml:6  replica1 streams again
 *       expected  replica1 to be streaming
 *       seen      replica1 is catching up
 *                 looked 96 times in 10s
 *       evidence  master sends to replica1: catchup
 *       log of replica1
 *         FATAL:  requested WAL segment has been removed
 *
 * @module
 */
import type { Evidence } from "../result/event.ts";
import type { CaseResult } from "../result/model.ts";
import type { Cause } from "./causes.ts";
import { cleanText, oneLine } from "./clean.ts";
import type { Paint } from "./words.ts";

/** How to tell. */
export interface StoryOptions {
  paint: Paint;
  /** Lines of each node's log, counted from its end. */
  logLinesMax: number;
  /** Lines to put under the first one: the excerpt of the file. */
  excerpt?: readonly string[];
}

/** One cause of a case that did not pass, in lines. */
export function tellCause(subject: CaseResult, cause: Cause, options: StoryOptions): string[] {
  const { paint } = options;
  const { expected, seen, notes } = cause.problem;
  const line = cause.step?.place.line ?? subject.line;
  const file = cause.step?.place.file ?? subject.file;
  const title = oneLine(cause.step?.title ?? "outside any step");
  return [
    `${paint("bold", `${file}:${line}`)}  ${title}`,
    ...(options.excerpt ?? []),
    ...labelled("expected", expected, paint),
    ...labelled("seen", seen, paint),
    ...notes.flatMap((note) => labelled("", note, paint)),
    ...tellEvidence(cause.evidence, options),
  ];
}

/** Evidence in lines; those of server logs together, node by node. */
export function tellEvidence(
  evidence: readonly Evidence[],
  { paint, logLinesMax }: Pick<StoryOptions, "paint" | "logLinesMax">,
): string[] {
  const [logs, others] = [[] as Evidence[], [] as Evidence[]];
  for (const each of evidence) (each.kind === "log" ? logs : others).push(each);
  const byNode = Map.groupBy(logs, ({ node }) => node ?? "the cluster");
  return [
    ...others.flatMap((each, index) =>
      labelled(index === 0 ? "evidence" : "", evidenceText(each), paint)
    ),
    ...[...byNode].flatMap(([node, entries]) => {
      const lines = entries.flatMap(({ text }) => cleanText(text).trimEnd().split("\n"));
      const left = lines.length - logLinesMax;
      const head = `  ${paint("cyan", `log of ${node}`)}`;
      return [
        left > 0 ? `${head}, the last ${logLinesMax} of ${lines.length} lines` : head,
        ...lines.slice(-logLinesMax).map((each) => `    ${paint("dim", each)}`),
      ];
    }),
  ];
}

/** The text, with the node it was taken from unless it says so itself. */
function evidenceText({ node, text }: Evidence): string {
  return node === undefined || text.startsWith(node) ? text : `${node}: ${text}`;
}

/** `  expected  text`, further lines of the text under its first. */
export function labelled(label: string, text: string, paint: Paint): string[] {
  const [first = "", ...rest] = cleanText(text).trimEnd().split("\n");
  const word = label === "" ? "" : paint("cyan", label);
  const head = word + " ".repeat(10 - label.length);
  return [`  ${head}${first}`, ...rest.map((line) => `  ${" ".repeat(10)}${line}`)];
}
