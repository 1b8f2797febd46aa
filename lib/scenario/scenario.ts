/**
 * One scenario under one combination of its matrix, from data in which every known name has been
 * put in place.
 *
 * @module
 */
import { checkCluster, readCluster } from "./cluster_change.ts";
import { readCollect } from "./collect.ts";
import { checkRequires, readLoads } from "./declarations.ts";
import { given } from "./given.ts";
import type { ScenarioWords } from "./grammar.ts";
import { readInvariants } from "./invariants.ts";
import { checkLasting } from "./lasting.ts";
import { Lifetimes } from "./lifetimes.ts";
import type { Scenario, Step, Value } from "./model.ts";
import { refuseNames, savedNames } from "./names.ts";
import { type Ground, isWords, type Reading } from "./reading.ts";
import { readSections, type SectionWords, stepSections } from "./sections.ts";
import { readSteps } from "./steps.ts";

/** Reads it; undefined when the report holds why it cannot be used. */
export function readCombination(ground: Ground, source: {
  file: string;
  data: Record<string, unknown>;
  constants: ReadonlyMap<string, Value>;
}): Scenario | undefined {
  const { file, data, constants } = source;
  const reading = start(ground, { file, data, constants });
  for (const [word, value] of Object.entries(data)) {
    if (word !== "always" && !(stepSections as readonly string[]).includes(word)) {
      refuseNames(reading, value, [word]);
    }
  }
  const words = readSections(ground, data);
  const load = readLoads(reading, words.load ?? {});
  checkRequires(reading, words.requires ?? []);
  checkCluster(reading, data);
  const [setup, savedBySetup] = [readSection(reading, data, "setup"), new Set(reading.saved)];
  reading.counts.judging = 0;
  const steps = readSection(reading, data, "steps");
  const last = readSection(reading, data, "finally");
  // Rules are sampled while the steps still run: only what setup saved is surely there.
  const always = readInvariants({ ...reading, saved: savedBySetup }, data.always);
  if (words.timeout !== undefined) checkLasting(reading, [...setup, ...steps], words.timeout);
  const collect = readCollect(reading, words.collect ?? []);
  if (reading.counts.judging + always.length === 0) checkJudges(reading);
  if (!isWhole(words) || ground.report.diagnostics.length > 0) return undefined;
  return {
    ...head(reading, file, words),
    cluster: readCluster(words.cluster),
    vars: Object.fromEntries(constants),
    load,
    always,
    setup,
    steps,
    finally: last,
    ...given({ collect: collect.length > 0 ? collect : undefined }),
  };
}

function readSection(
  reading: Reading,
  data: Record<string, unknown>,
  section: typeof stepSections[number],
): Step[] {
  return readSteps(reading, data[section], { path: [section], id: section });
}

/** Whether everything that a scenario must have could be read. */
function isWhole(words: SectionWords): words is ScenarioWords {
  return words.scenario !== undefined && words.steps !== undefined;
}

function start(
  ground: Ground,
  { file, data, constants }: {
    file: string;
    data: Record<string, unknown>;
    constants: ReadonlyMap<string, Value>;
  },
): Reading {
  return {
    ...ground,
    chain: [file],
    constants,
    scope: new Map(),
    saved: new Set(),
    savedSomewhere: savedNames(stepSections.map((section) => data[section])),
    stepNames: new Map(),
    sessions: new Map(),
    lifetimes: new Lifetimes(isWords(data.load) ? Object.keys(data.load) : [], ground.report),
    workloads: new Map(),
    laneSaves: new Map(),
    counts: { steps: 0, judging: 0 },
  };
}

/** What is said about the scenario, not in it. */
function head(reading: Reading, file: string, words: ScenarioWords) {
  return {
    file,
    place: reading.document.keyAt(["scenario"]),
    name: words.scenario,
    ...given({ why: words.why, remedy: words.remedy, seed: words.seed, retries: words.retries }),
    tags: words.tags,
    controls: words.controls,
    requires: words.requires,
    timeoutMs: words.timeout,
    endLine: reading.document.lines,
  };
}

/** A scenario that cannot fail is a mistake; told only when everything else is in order. */
function checkJudges(reading: Reading): void {
  const { document, report } = reading;
  if (report.diagnostics.length > 0) return;
  report.add(document.keyAt(["steps"]), "missing-word", "these steps check nothing", {
    hint: "observe what they did: expect, query with a comparison, sql with error, or always",
  });
}
