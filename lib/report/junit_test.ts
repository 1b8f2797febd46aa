import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { XmlDocument, XmlElement, XsdValidator } from "libxml2-wasm";
import { foldEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { anyRun } from "../result/testdata/any_run.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import { renderJunit } from "./junit.ts";

const result = foldEvents(mixedRun());

/** What a parser that accepts nothing ill-formed makes of a text. */
interface Parsed {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Parsed[];
}

function parse(xml: string): Parsed {
  ok(xml.isWellFormed());
  using document = XmlDocument.fromBuffer(new TextEncoder().encode(xml));
  return read(document.root);
}

function read(element: XmlElement): Parsed {
  const children: Parsed[] = [];
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof XmlElement) children.push(read(node));
  }
  const attributes = Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));
  return { name: element.name, attributes, text: element.content, children };
}

function all(element: Parsed, name: string): Parsed[] {
  const own = element.name === name ? [element] : [];
  return [...own, ...element.children.flatMap((child) => all(child, name))];
}

function testcase(root: Parsed, id: string): Parsed {
  return all(root, "testcase").find((each) =>
    all(each, "property").some(({ attributes }) => attributes.value === id)
  )!;
}

Deno.test("renderJunit() of a run with every verdict", async (t) => {
  await t.assertSnapshot(renderJunit(result));
});

Deno.test("renderJunit() says a failure with place, type, expected, seen, logs and rerun", () => {
  const failed = testcase(parse(renderJunit(result)), heads.failed.id);
  equal(failed.attributes.file, "scenarios/recovery/kill.yaml");
  equal(failed.attributes.line, "6");
  const [failure] = all(failed, "failure");
  equal(failure!.attributes.type, "Mismatch");
  ok(failure!.text.startsWith(failure!.attributes.message!));
  for (
    const said of [
      "scenarios/recovery/kill.yaml:6  replica1 streams again",
      "expected  replica1 to be streaming",
      "seen      replica1 is catching up (state = catchup)",
      "looked 96 times in 10s",
      "log of replica1\n    2026-01-02 03:04:07 UTC FATAL:  requested WAL segment ]]>",
      "master is primary, flushed 0/3000148",
      "deno task verify scenarios/recovery/kill.yaml --seed 42 --matrix how=kill",
    ]
  ) ok(failure!.text.includes(said), said);
  ok(failure!.text.indexOf("replica1 to be streaming") < failure!.text.indexOf("17, 18"));
});

Deno.test("renderJunit() takes what looks like a reference for text", () => {
  const seen = "a&A;b &#1; &lt; &amp; &amp;amp; %B; & c";
  const cases = result.cases.filter(({ id }) => id === heads.error.id).map((each) => ({
    ...each,
    name: seen,
    problems: [{ code: "Internal", expected: "x", seen, notes: [] }],
    steps: [],
  }));
  const root = parse(renderJunit({ ...result, cases, problems: [] }));
  equal(all(root, "testcase")[0]!.attributes.name, seen);
  equal(all(root, "error")[0]!.attributes.message, `expected x, saw ${seen}`);
  ok(all(root, "error")[0]!.text.startsWith(`expected x, saw ${seen}\n`));
});

Deno.test("renderJunit() tells errors, failures, skipped and retried cases apart", () => {
  const root = parse(renderJunit(result));
  const elements = (id: string) =>
    testcase(root, id).children.map(({ name }) => name)
      .filter((name) => name !== "properties" && name !== "system-out");
  deepEqual(
    Object.values(heads).map(({ id }) => elements(id)),
    [[], ["failure"], ["flakyFailure"], ["error"], ["skipped"], ["skipped"]],
  );
  const [skipped] = all(testcase(root, heads.notRun.id), "skipped");
  match(skipped!.text, /^the target local cannot/);
});

Deno.test("renderJunit() has no measured value in a name", () => {
  const later = foldEvents(mixedRun().map((event) => ({ ...event, t: event.t * 1.37 })));
  const names = (xml: string) =>
    all(parse(xml), "testcase").map(({ attributes }) => [attributes.classname, attributes.name]);
  deepEqual(names(renderJunit(later)), names(renderJunit(result)));
});

Deno.test("renderJunit() does not stay green when something outside the cases went wrong", () => {
  const passed = result.cases.filter(({ verdict }) => verdict === "passed");
  const problem = { code: "UndoFailed", expected: "all undone", seen: "one left", notes: [] };
  const left: Result = { ...result, cases: passed, problems: [problem] };
  equal(parse(renderJunit(left)).attributes.errors, "1");
  const cut: Result = { ...result, cases: passed, run: { ...result.run, complete: false } };
  equal(parse(renderJunit(cut)).attributes.errors, "1");
  equal(parse(renderJunit({ ...result, cases: passed })).attributes.errors, "0");
});

Deno.test("renderJunit() gives cases of one name in one class different names", () => {
  const [first] = result.cases as [Result["cases"][number]];
  const twin = { ...first, id: "scenarios.visible.yaml", file: "scenarios/visible.yml" };
  const root = parse(renderJunit({ ...result, cases: [first, twin] }));
  deepEqual(all(root, "testcase").map(({ attributes }) => attributes.name), [
    "Writes are visible",
    "Writes are visible (scenarios.visible.yaml)",
  ]);
});

Deno.test("renderJunit() is well-formed, counts right and has unique names for any run", () => {
  fc.assert(fc.property(anyRun, (events) => {
    const folded = foldEvents(events);
    const root = parse(renderJunit(folded));
    const cases = all(root, "testcase");
    equal(cases.length, folded.totals.cases);
    const names = cases.map(({ attributes }) => `${attributes.classname}\n${attributes.name}`);
    equal(new Set(names).size, cases.length);
    ok(cases.every(({ attributes }) => attributes.name && attributes.classname));
    for (const level of [root, ...all(root, "testsuite")]) {
      const { tests, failures, errors, skipped } = level.attributes;
      deepEqual(
        [tests, failures, errors, skipped].map(Number),
        ["testcase", "failure", "error", "skipped"].map((name) => all(level, name).length),
      );
    }
    for (const bad of [...all(root, "failure"), ...all(root, "error"), ...all(root, "skipped")]) {
      ok(bad.attributes.type);
      if (bad.name !== "skipped") ok(oneLineOf(bad.text).startsWith(bad.attributes.message!));
    }
  }));
});

function oneLineOf(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

Deno.test("renderJunit() keeps a huge text within bounds", () => {
  const huge = mixedRun().map((event) =>
    event.type === "step-ended" && event.problem
      ? { ...event, evidence: [{ kind: "rows", text: "row\n".repeat(100_000) }] }
      : event
  );
  const xml = renderJunit(foldEvents(huge));
  ok(xml.length < 1_000_000);
  match(xml, /characters left out/);
});

const schema = new URL("../../../shared/schemas/junit-10.xsd", import.meta.url);
const isAbsent = !existsSync(schema);

Deno.test({
  name: "renderJunit() is valid against junit-10.xsd in its strict flavour" +
    (isAbsent ? " (IGNORED: ../shared/schemas/junit-10.xsd is absent)" : ""),
  ignore: isAbsent,
  fn() {
    using xsd = XmlDocument.fromString(Deno.readTextFileSync(schema));
    using validator = XsdValidator.fromDoc(xsd);
    const validate = (xml: string) => {
      using document = XmlDocument.fromBuffer(new TextEncoder().encode(xml));
      validator.validate(document);
    };
    validate(renderJunit(result, { flavour: "strict" }));
    throws(() => validate(renderJunit(result)), /file|properties|skipped|timestamp/);
    fc.assert(fc.property(anyRun, (events) => {
      validate(renderJunit(foldEvents(events), { flavour: "strict" }));
    }));
  },
});
