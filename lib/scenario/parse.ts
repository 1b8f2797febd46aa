/**
 * A scenario file becomes a {@link Scenario}, or one error that holds every mistake of it.
 *
 *     text ─document─> data ─matrix─> combinations
 *                        └─ each: names in place ─> sections, steps, invariants ─> Scenario
 *
 * @module
 */
import { Budget } from "./budget.ts";
import { ScenarioError } from "./diagnostic.ts";
import { readDocument, type SourceDocument } from "./document.ts";
import { type Combination, readMatrix } from "./matrix.ts";
import type { Scenario, Value, Variant } from "./model.ts";
import type { Objectives } from "../stack/model.ts";
import { itemName, substitute } from "./names.ts";
import { objectiveNames, objectivesIn } from "./objectives.ts";
import type { Ground } from "./reading.ts";
import { type Registries, shipped } from "./registries.ts";
import { Report } from "./report.ts";
import { readCombination } from "./scenario.ts";
import { checkSections, readVars } from "./sections.ts";
import { type StepGrammar, stepGrammar } from "./step_grammar.ts";
import { type ReadText, UsedFiles } from "./used_files.ts";
import { Vocabulary } from "./vocabulary.ts";
import { steps } from "./words.ts";

/** What a scenario is read against. */
export interface ParseOptions {
  /** Names of the stack's nodes. */
  nodes: readonly string[];
  /** What the stack promises. Default: nothing. */
  objectives?: Objectives;
  /** Default: those that ship. */
  registries?: Registries;
  /** Reads a file whose steps are used, by its path. Default: from the disk. */
  readText?: ReadText;
}

/** Parts of data that one file may become, all its combinations together. */
const partsMax = 200_000;

/**
 * Reads one scenario.
 * @param file Path as the user gave it; stands in every message.
 * @throws {ScenarioError} with everything that is wrong with it.
 */
export function parseScenario(file: string, text: string, options: ParseOptions): Scenario {
  const report = new Report(file);
  const document = readDocument(text, report);
  const files = new UsedFiles(report, options.readText);
  const scenario = document && read({ file, document, report, files }, options);
  if (scenario && report.diagnostics.length === 0) return scenario;
  if (report.diagnostics.length === 0) {
    report.add({ line: 1, column: 1 }, "unreadable", "the file holds no scenario");
  }
  throw new ScenarioError(report.diagnostics, new Map([...files.texts, [file, text]]));
}

interface Source {
  file: string;
  document: SourceDocument;
  report: Report;
  files: UsedFiles;
}

function read(source: Source, options: ParseOptions): Scenario | undefined {
  const { document, report, files } = source;
  const registries = options.registries ?? shipped;
  const budget = new Budget(partsMax);
  const { nodes } = options;
  const ground = {
    document,
    report,
    nodes,
    registries,
    ...grammarOf(registries),
    files,
    budget,
    unread: new Set<string>(),
  };
  const data = checkSections(ground, document.data as Record<string, unknown>);
  const { matrix, ...rest } = data;
  const vars = readVars(ground, rest.vars);
  const combinations = matrix === undefined ? undefined : readMatrix(ground, matrix);
  checkConstants(ground, vars, combinations?.[0] ?? {});
  const objectives = objectivesIn(rest, options.objectives ?? {});
  const variants: Variant[] = [];
  for (const combination of combinations ?? [{}]) {
    const constants = new Map<string, Value>([
      ...objectives,
      ...Object.entries({ ...vars, ...combination }),
    ]);
    const put = substituteAll(rest, { ground, constants, budget });
    if (budget.isSpent) {
      report.add({ line: 1, column: 1 }, "too-big", "the scenario is too big to be read", {
        hint: "split it, or give its matrix fewer combinations",
      });
      return undefined;
    }
    const scenario = readCombination(ground, { file: source.file, data: put, constants });
    scenario?.requires.push(...objectives.keys());
    if (scenario) variants.push({ combination, scenario });
    if (report.isFull) return undefined;
  }
  return assemble(rest, vars, { combinations, variants });
}

/** A grammar is built once for each set of kinds, not for each file. */
const grammars = new WeakMap<Registries, { grammar: StepGrammar; vocabulary: Vocabulary }>();

function grammarOf(registries: Registries) {
  const known = grammars.get(registries);
  if (known) return known;
  const grammar = stepGrammar(registries, steps);
  const made = { grammar, vocabulary: new Vocabulary(grammar) };
  grammars.set(registries, made);
  return made;
}

/** Everything but the variables, which are the source of what is put in place. */
function substituteAll(
  data: Record<string, unknown>,
  context: { ground: Ground; constants: ReadonlyMap<string, Value>; budget: Budget },
): Record<string, unknown> {
  const { vars, ...others } = data;
  const put = substitute(others, [], context) as Record<string, unknown>;
  return vars === undefined ? put : { ...put, vars };
}

/** Names that steps and loads know by themselves. */
const takenNames = {
  n: ":n counts the operations of a load",
  [itemName]: "it is the item of a repeated step",
  ...Object.fromEntries(objectiveNames.map((name) => [name, "it is what the stack promises"])),
};

/** A name has one meaning. */
function checkConstants(ground: Ground, vars: Record<string, Value>, axes: Combination): void {
  const { document, report } = ground;
  for (const name of Object.keys(axes)) {
    if (!Object.hasOwn(vars, name)) continue;
    report.add(document.keyAt(["vars", name]), "bad-value", `"${name}" is a matrix axis too`, {
      hint: "give one of them another name",
    });
  }
  for (const [section, names] of [["vars", vars], ["matrix", axes]] as const) {
    for (const [name, why] of Object.entries(takenNames)) {
      if (!Object.hasOwn(names, name)) continue;
      const message = `"${name}" is taken: ${why}`;
      report.add(document.keyAt([section, name]), "bad-value", message, {
        hint: "use another name",
      });
    }
  }
}

/** The scenario of the first combination stands for the file, with what the file itself says. */
function assemble(
  data: Record<string, unknown>,
  vars: Record<string, Value>,
  read: { combinations: Combination[] | undefined; variants: Variant[] },
): Scenario | undefined {
  const first = read.variants[0]?.scenario;
  if (!first || !read.combinations) return first;
  const { why } = data;
  return {
    ...first,
    name: data.scenario as string,
    ...(typeof why === "string" ? { why } : {}),
    vars,
    variants: read.variants,
  };
}
