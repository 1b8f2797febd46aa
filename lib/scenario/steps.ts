/**
 * Lists of steps, read in the order in which they run: what a step starts or saves is known to the
 * next.
 *
 * @module
 */
import { buildStep } from "./build_step.ts";
import type { Path } from "./document.ts";
import { given } from "./given.ts";
import { describe } from "./issues.ts";
import { readLanes } from "./lanes.ts";
import type { FaultStep, Lane, Step, StepBase } from "./model.ts";
import { namesOfSave } from "./names.ts";
import { isWords, type Reading } from "./reading.ts";
import { readRounds } from "./repeat.ts";
import type { KindVerb } from "./step_grammar.ts";
import { readWords, type StepSource } from "./step_words.ts";
import { titleOf } from "./title.ts";
import { readUse, type Used } from "./use.ts";
import { pickKind, pickVerb } from "./verb.ts";
import { readWhen } from "./when.ts";

/** Steps that a scenario may have, nested ones included. */
const stepsMax = 1000;

/** Where a step or a list of them stands in its file, and in the scenario as it runs. */
export interface At {
  path: Path;
  id: string;
}

/** Reads the steps of a list; those that cannot be used are told and left out. */
export function readSteps(reading: Reading, data: unknown, at: At): Step[] {
  if (!Array.isArray(data)) return [];
  return data.flatMap((each, index) =>
    readRepeated(reading, each, { path: [...at.path, index], id: `${at.id}[${index}]` })
  );
}

/** Reads a step as often as its `repeat` says. */
function readRepeated(reading: Reading, data: unknown, at: At): Step[] {
  const rounds = readRounds(reading, data, at);
  if (!rounds) reading.lifetimes.blur();
  return (rounds ?? []).flatMap((round) => readStep(round.reading, round.data, round) ?? []);
}

function readStep(
  reading: Reading,
  data: unknown,
  at: At & { count?: string },
): Step | undefined {
  const { document, report, counts } = reading;
  const { path } = at;
  if (report.isFull || counts.steps > stepsMax) return undefined;
  if (++counts.steps > stepsMax) {
    report.add(document.valueAt(path), "too-big", `a scenario has at most ${stepsMax} steps`, {
      hint: "split it",
    });
    return undefined;
  }
  if (!isWords(data)) {
    const message = `a step is a map with one verb, not ${describe(data)}`;
    report.add(document.valueAt(path), "bad-value", message, { hint: `write "verb: ..."` });
    reading.lifetimes.blur();
    return undefined;
  }
  const judged = counts.judging;
  const source = sourceOf(reading, data, at);
  const step = source && read(reading, source, at);
  if (!step) reading.lifetimes.blur();
  // What surely does not run judges nothing.
  else if (step.when?.some(({ holds }) => holds === false)) counts.judging = judged;
  remember(reading, data);
  return step;
}

function read(reading: Reading, source: StepSource, at: At & { count?: string }): Step | undefined {
  const { path, words } = source;
  const output = readWords(reading, source);
  const inner = readInner(reading, source, at);
  const when = readWhen(reading, output?.when, [...path, "when"]);
  if (!output) return undefined;
  const title = titleOf(source.verb, words);
  const base: StepBase = {
    id: at.id,
    place: reading.document.valueAt(path),
    title: at.count === undefined ? title : `${title} (${at.count})`,
    ...given({ when, scope: scopeOf(reading) }),
  };
  return buildStep(reading, base, { ...source, words: output, ...inner });
}

/** What a step holds besides its words. */
export interface Inner {
  nested?: Step[] | undefined;
  lanes?: Lane[] | undefined;
  used?: Used | undefined;
  faults?: FaultStep[] | undefined;
}

function readInner(reading: Reading, source: StepSource, at: At): Inner {
  switch (source.verb) {
    case "fault":
      return { nested: readWhile(reading, source, at) };
    case "parallel":
    case "background":
      return { lanes: readLanes(reading, source, at) };
    case "random":
      return { faults: readRandom(reading, source, at) };
    case "use":
      return { used: readUse(reading, source, at) };
    default:
      return {};
  }
}

function scopeOf({ scope }: Reading): StepBase["scope"] {
  return scope.size > 0 ? Object.fromEntries(scope) : undefined;
}

/** What `while` holds, with the fault in effect. Also follows the fault's own life. */
function readWhile(reading: Reading, source: StepSource, at: At): Step[] | undefined {
  const { words, path } = source;
  const name = typeof words.as === "string" ? words.as : source.kind!;
  const nameAt = reading.document.valueAt([...path, words.as === undefined ? "fault" : "as"]);
  const isNested = words.while !== undefined;
  reading.lifetimes.inject(name, isNested ? "enclosing" : "open", nameAt);
  const nested = isNested
    ? readSteps(reading, words.while, { path: [...path, "while"], id: `${at.id}.while` })
    : undefined;
  if (isNested || words.for !== undefined) reading.lifetimes.heal(name);
  return nested;
}

/** What may stand in a fault that is drawn by chance: chance says when and for how long. */
const drawnOtherwise = ["for", "while", "after", "of", "at_lsn", "as", "when", "repeat"];

/** The faults of `random`. They end one by one, so none is in effect when another one begins. */
function readRandom(reading: Reading, { words, path }: StepSource, at: At): FaultStep[] {
  const { document, report } = reading;
  if (!Array.isArray(words.random)) return [];
  return words.random.flatMap((data, index) => {
    const own = [...path, "random", index];
    if (!isWords(data) || data.fault === undefined) {
      const message = "only faults can be drawn by chance";
      report.add(document.valueAt(own), "bad-value", message, { hint: `write "fault: ..."` });
      return [];
    }
    for (const word of drawnOtherwise.filter((each) => data[each] !== undefined)) {
      const message = `"${word}" cannot stand with a fault that is drawn by chance`;
      const hint = "chance says when, and for how long";
      report.add(document.keyAt([...own, word]), "misplaced-word", message, { hint });
    }
    const step = readStep(reading, data, { path: own, id: `${at.id}.random[${index}]` });
    reading.lifetimes.heal(String(data.fault));
    return step?.verb === "fault" ? [step] : [];
  });
}

/** Verb, kind and schema of a step. */
function sourceOf(
  reading: Reading,
  words: Record<string, unknown>,
  at: At,
): StepSource | undefined {
  const { path } = at;
  const verb = pickVerb(reading, words, path);
  if (verb === undefined) return undefined;
  const { grammar } = reading;
  if (!isKindVerb(verb)) return { words, path, verb, schema: grammar.plain[verb] };
  const kinds = grammar.kinds[verb];
  const kind = pickKind(reading, verb, { words, path, kinds });
  if (kind !== undefined) return { words, path, verb, kind, schema: kinds.get(kind)! };
  // Its words cannot be judged, but what it holds can.
  if (verb === "fault") {
    readSteps(reading, words.while, { path: [...path, "while"], id: `${at.id}.while` });
  }
  return undefined;
}

function isKindVerb(verb: string): verb is KindVerb {
  return verb === "expect" || verb === "fault" || verb === "do";
}

/** What the next steps may speak of, even if this one could not be read. */
function remember(reading: Reading, words: Record<string, unknown>): void {
  for (const name of namesOfSave(words.save)) reading.saved.add(name);
  if (typeof words.name === "string") {
    reading.stepNames.set(words.name, (reading.stepNames.get(words.name) ?? 0) + 1);
  }
}
