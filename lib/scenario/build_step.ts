/**
 * The words of a step, checked and turned into their values, as the step that will run.
 *
 * @module
 */
import { checkStates, readComparison } from "./comparison_checks.ts";
import { checkEvery } from "./conflicts.ts";
import type { Path } from "./document.ts";
import { given } from "./given.ts";
import { buildEnd } from "./end.ts";
import { buildExec } from "./exec.ts";
import type { DoStep, ExpectStep, FaultStep, Operand, Step, StepBase, Verb } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkRole } from "./role_checks.ts";
import { buildQuery, buildSql } from "./statements.ts";
import type { Inner } from "./steps.ts";
import { listed } from "./vocabulary.ts";

/** A step whose words fit its schema. */
export interface StepOutput extends Inner {
  verb: Verb;
  kind?: string;
  /** After the schema: units resolved. */
  words: Record<string, unknown>;
  path: Path;
}

/** Builds a step. */
export function buildStep(reading: Reading, base: StepBase, output: StepOutput): Step {
  const { verb, words, path } = output;
  switch (verb) {
    case "sql":
      return buildSql(reading, base, output);
    case "query":
      checkEvery(reading, words, path);
      return buildQuery(reading, base, output);
    case "expect":
      checkEvery(reading, words, path);
      return buildExpect(reading, base, output);
    case "fault":
      return buildFault(reading, base, output);
    case "do":
      return buildDo(reading, base, output);
    case "set":
      return {
        ...base,
        verb,
        settings: words.set as Record<string, string>,
        node: text(words.node) ?? "primary",
      };
    case "load":
      reading.lifetimes.startLoad(
        words.load as string,
        reading.document.valueAt([...path, "load"]),
      );
      return { ...base, verb, load: words.load as string };
    case "end":
      return buildEnd(reading, base, output);
    case "exec":
      return buildExec(reading, base, output);
    case "sleep":
      return { ...base, verb, ms: words.sleep as number, because: words.because as string };
    case "use":
      return { ...base, verb, file: "", steps: [], ...output.used };
    case "parallel":
      return { ...base, verb, lanes: output.lanes! };
    case "random":
      return { ...base, verb, faults: output.faults!, forMs: words.for as number };
    case "background":
      return { ...base, verb, lane: output.lanes![0]! };
  }
}

/** Builds `expect`, of a step or of an invariant. */
export function buildExpect(reading: Reading, base: StepBase, output: StepOutput): ExpectStep {
  const { words, path } = output;
  const fact = reading.registries.facts.get(output.kind!)!;
  const compare = readComparison(reading, words, path);
  checkStates(reading, fact.states, { compare, path });
  if (fact.needsComparison && Object.keys(compare).length === 0) {
    reading.report.add(
      reading.document.keyAt([...path, "expect"]),
      "missing-word",
      `"expect: ${fact.name}" needs a comparison`,
      { hint: `say what it must be: ${listed(fact.comparisons, "or")}` },
    );
  }
  if (fact.defaultNode === undefined) checkSaysNode(reading, output);
  if (fact.name === "role") checkRole(reading, words, path);
  reading.counts.judging++;
  return {
    ...base,
    verb: "expect",
    fact: fact.name,
    ...given({
      node: text(words.node),
      measure: text(words.measure),
      withinMs: number(words.within),
      forMs: number(words.for),
      everyMs: number(words.every),
    }),
    compare,
    words: ownWords(words, fact.words),
  };
}

function buildFault(reading: Reading, base: StepBase, output: StepOutput): FaultStep {
  const { words } = output;
  const fault = reading.registries.faults.get(output.kind!)!;
  // A fault of a link may say which by its own word.
  const isOfLink = "between" in fault.words;
  if (words.between === undefined) checkSaysNode(reading, output, isOfLink ? linkHint : nodeHint);
  else if (words.node !== undefined) {
    const at = reading.document.keyAt([...output.path, "node"]);
    const message = `"node" cannot stand beside "between"`;
    reading.report.add(at, "misplaced-word", message, { hint: "between says both ends" });
  }
  if (fault.anyOf && fault.anyOf.every((word) => words[word] === undefined)) {
    reading.report.add(
      reading.document.keyAt([...output.path, "fault"]),
      "missing-word",
      `"fault: ${fault.name}" would do nothing`,
      { hint: `say at least one of ${listed(fault.anyOf, "or")}` },
    );
  }
  return {
    ...base,
    verb: "fault",
    fault: fault.name,
    as: text(words.as) ?? fault.name,
    ...given({
      node: text(words.node),
      forMs: number(words.for),
      after: readAfter(reading, output),
      atLsn: words.at_lsn as Operand | undefined,
      while: output.nested,
    }),
    words: ownWords(words, fault.words),
  };
}

/** `after` and `of` need each other. */
function readAfter(reading: Reading, { words, path }: StepOutput): FaultStep["after"] {
  const { after, of } = words;
  if ((after === undefined) !== (of === undefined)) {
    const [given, missing] = after === undefined ? ["of", "after"] : ["after", "of"];
    const message = `"${given}" needs "${missing}" beside it`;
    reading.report.add(reading.document.keyAt([...path, given!]), "missing-word", message, {
      hint: "write both: after: 500 writes, of: orders",
    });
  }
  return after === undefined || of === undefined
    ? undefined
    : { writes: after as number, of: of as string };
}

function buildDo(reading: Reading, base: StepBase, output: StepOutput): DoStep {
  const { words } = output;
  const operation = reading.registries.operations.get(output.kind!)!;
  if (operation.defaultNode === undefined) checkSaysNode(reading, output);
  return {
    ...base,
    verb: "do",
    operation: operation.name,
    node: text(words.node) ?? operation.defaultNode ?? "primary",
    ...given({ withinMs: number(words.within), measure: text(words.measure) }),
    words: ownWords(words, operation.words),
  };
}

const nodeHint = `write "node: ..." beside it: a node's name or a role`;
const linkHint = `write "between: [replica1, primary]" beside it, or "node: replica1"`;

function checkSaysNode(reading: Reading, output: StepOutput, hint = nodeHint): void {
  const { words, path, verb, kind } = output;
  if (words.node !== undefined) return;
  reading.report.add(
    reading.document.keyAt([...path, verb]),
    "missing-word",
    `"${verb}: ${kind}" must say where`,
    { hint },
  );
}

/** The words that the kind itself brings. */
function ownWords(
  words: Record<string, unknown>,
  shape: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(shape).filter((word) => words[word] !== undefined).map((
      word,
    ) => [word, words[word]]),
  );
}

function text(value: unknown): string | undefined {
  return value as string | undefined;
}

function number(value: unknown): number | undefined {
  return value as number | undefined;
}
