/**
 * JUnit XML. There is no standard; this is what Jenkins, GitLab, GitHub actions and Azure were found
 * to read: flat suites, one per file; stable names without measured values; one failure per case
 * whose body repeats the message; counts on every level; output under the case.
 *
 *     testsuites ─ testsuite (file) ─ testcase (case) ─ failure | error | skipped
 *
 * @module
 */
import { create } from "xmlbuilder2";
import type { CaseResult, Result } from "../result/model.ts";
import { placeOf } from "./causes.ts";
import { caseElements, type JunitElement, propertiesOf } from "./junit_case.ts";
import { cleanText, oneLine } from "./clean.ts";
import { casesWithRun } from "./run_case.ts";

/** Which flavour. */
export interface JunitOptions {
  /**
   * `rich` (default): with file, line and properties of cases. `strict`: valid against the
   * `junit-10.xsd` of Jenkins' xUnit plugin, which knows none of these; they move to `system-out`.
   */
  flavour?: "rich" | "strict";
  /** Absolute folder of the file, where its attachments stand too; absent: there are none. */
  folder?: string;
}

/** The result as JUnit XML. */
export function renderJunit(result: Result, options: JunitOptions = {}): string {
  const isRich = options.flavour !== "strict";
  const cases = casesWithRun(result);
  const names = namesOf(cases);
  const files = [...Map.groupBy(cases, ({ file }) => file)];
  const { errors, failures, skipped, tests } = countsOf(cases);
  const root: JunitElement = {
    name: "testsuites",
    attributes: {
      name: "pgproof",
      tests,
      failures,
      errors,
      ...(isRich ? { skipped, ...timestampOf(result, 0) } : {}),
      time: seconds(result.run.ms ?? 0),
    },
    children: files.map(([file, own], index) => ({
      name: "testsuite",
      attributes: {
        name: file,
        ...countsOf(own),
        time: seconds(own.reduce((sum, { ms }) => sum + ms, 0)),
        ...timestampOf(result, Math.min(...own.map(({ startedAt }) => startedAt ?? 0))),
        id: index,
        package: classOf(file),
        file,
      },
      children: [
        { name: "properties", children: runProperties(result) },
        ...own.map((subject) => ({
          name: "testcase",
          attributes: {
            classname: classOf(file),
            name: names.get(subject.id)!,
            time: seconds(subject.ms),
            ...(isRich ? placeOf(subject) : {}),
          },
          children: caseElements(result, subject, { isRich, ...options }),
        })),
      ],
    })),
  };
  return serialise(root);
}

/** A case's name with its combination, unique within its class; the id is added where that fails. */
function namesOf(cases: readonly CaseResult[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(cases.map(({ id, file, name }) => {
    const plain = oneLine(id.startsWith(file) ? name + id.slice(file.length) : name);
    const key = (text: string) => `${classOf(file)}\n${text}`;
    const unique = taken.has(key(plain)) || plain === "" ? oneLine(`${plain} (${id})`) : plain;
    taken.add(key(unique));
    return [id, unique];
  }));
}

/** `scenarios/recovery/kill.yaml` as `scenarios.recovery.kill`: Jenkins makes packages of it. */
function classOf(file: string): string {
  const words = file.replace(/\.ya?ml$/, "").split("/").filter((word) => word !== "");
  return words.map((word) => word.replaceAll(".", "_")).join(".");
}

function countsOf(cases: readonly CaseResult[]) {
  const count = (...verdicts: string[]) =>
    cases.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    tests: cases.length,
    failures: count("failed"),
    errors: count("error"),
    skipped: count("skipped", "not-run", "waived"),
  };
}

/** UTC without fraction and zone, the one form that every schema takes. */
function timestampOf({ run }: Result, afterMs: number): { timestamp?: string } {
  const ms = Date.parse(run.startedAt) + afterMs;
  return Number.isFinite(ms) ? { timestamp: new Date(ms).toISOString().slice(0, 19) } : {};
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}

function runProperties({ run }: Result): JunitElement[] {
  return propertiesOf([
    ["run.id", run.runId],
    ["run.started", run.startedAt],
    ["seed", run.seed],
    ["target", run.target.name],
    ["target.description", run.target.description],
    ["postgres.version", run.postgres],
    ["stack.file", run.stack.file],
    ["stack.sha256", run.stack.hash],
    ["tool.version", run.tool.version],
    ["os", `${run.runtime.os} ${run.runtime.arch}`],
    ["workers", run.workers],
  ]);
}

/** Attributes take one line each, or a parser would make blanks of the line ends. */
function serialise(root: JunitElement): string {
  const xml = create({ version: "1.0", encoding: "UTF-8" });
  const write = (
    into: typeof xml,
    { name, attributes = {}, text, children = [] }: JunitElement,
  ) => {
    const clean = Object.entries(attributes).map(([key, value]) => [
      key,
      literal(oneLine(String(value))),
    ]);
    const element = into.ele(name, Object.fromEntries(clean));
    if (text !== undefined) element.txt(literal(cleanText(text)));
    for (const child of children) write(element, child);
  };
  write(xml, root);
  return xml.end({ prettyPrint: true }) + "\n";
}

/** xmlbuilder2 takes `&A;` and `&#1;` for references and leaves them; servers mean what they say. */
function literal(text: string): string {
  return text.replaceAll("&", "&amp;");
}
