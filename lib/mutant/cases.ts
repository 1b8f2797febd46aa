/**
 * The cases that a mutant is run against, and whether what it names exists.
 *
 * @module
 */
import { caseHead } from "../run/head.ts";
import { ScenarioError } from "../scenario/diagnostic.ts";
import type { Path } from "../scenario/document.ts";
import { findScenarios, readScenarios } from "../scenario/files.ts";
import type { Case } from "../scenario/model.ts";
import { nearest } from "../scenario/nearest.ts";
import { type ParseOptions, parseScenario } from "../scenario/parse.ts";
import { planCases } from "../scenario/plan.ts";
import { readTextFile } from "../scenario/text_file.ts";
import type { Stack } from "../stack/model.ts";
import { YamlText } from "./edit_yaml.ts";
import { ChangeError } from "./error.ts";
import type { Mutant } from "./model.ts";

/** What scenarios are read against. */
export interface Plan extends ParseOptions {
  seed: number;
}

/** What scenarios are read against on a stack. */
export function planOn({ nodes, objectives }: Stack, seed: number): Plan {
  return { nodes: nodes.map(({ name }) => name), objectives, seed };
}

/** The scenarios that a mutant names. */
export function scenariosOf({ kill, green }: Mutant): readonly string[] {
  return kill ? [kill.scenario] : green;
}

/**
 * The cases of the scenarios that a mutant names, with its changes to them.
 * @throws {ScenarioError} when one cannot be used.
 * @throws {ChangeError} when a change cannot be made.
 */
export function casesOf(mutant: Mutant, plan: Plan): Case[] {
  const edits = mutant.changes.filter(({ kind }) => kind === "scenario");
  return scenariosOf(mutant).flatMap((path, index) => {
    const found = readTextFile(path);
    if ("problem" in found) {
      const at = mutant.kill ? ["fails", "scenario"] : ["stays_green", index];
      throw mistake(mutant, at, `${path}: ${found.problem}`);
    }
    const edited = edits.length === 0 ? found.text : editedText(path, found.text, edits);
    return planned(mutant, path, edited, plan);
  });
}

/** The same without the mutant: what must pass, or its failing says nothing. */
export function plainCasesOf(mutant: Mutant, plan: Plan): Case[] {
  return casesOf({ ...mutant, changes: [] }, plan);
}

/**
 * Every case that ships, on a stack.
 * @throws {ScenarioError} when a scenario cannot be used on it.
 */
export async function shippedCases(stack: Stack, seed: number): Promise<Case[]> {
  const scenarios = await readScenarios(await findScenarios([]), planOn(stack, seed));
  return planCases(scenarios, { seed, repeat: 1 });
}

function editedText(path: string, text: string, edits: Mutant["changes"]): string {
  const scenario = new YamlText(path, text);
  for (const edit of edits) {
    if (edit.kind === "scenario") scenario.write(edit.path, edit.written);
  }
  return scenario.toString();
}

function planned(mutant: Mutant, path: string, text: string, plan: Plan): Case[] {
  const scenario = parseScenario(path, text, plan);
  const wanted = Object.entries(mutant.kill?.matrix ?? {});
  const cases = planCases([scenario], { seed: plan.seed, repeat: 1 }).filter(({ combination }) =>
    wanted.every(([axis, value]) => combination[axis] === value)
  );
  if (cases.length === 0) throw mistake(mutant, ["fails", "matrix"], `${path} has no such case`);
  return cases;
}

/**
 * Checks what a mutant names against the stack as it is: nodes, scenarios, the check.
 * @throws {ScenarioError}
 */
export function checkMutant(mutant: Mutant, plan: Plan): void {
  for (const [index, change] of mutant.changes.entries()) {
    if (!("node" in change) || change.node === undefined) continue;
    const known = change.kind === "sql" ? [...plan.nodes, ...selectors] : plan.nodes;
    if (known.includes(change.node)) continue;
    const near = nearest(change.node, known);
    const hint = near ? `did you mean "${near}"?` : `known: ${known.join(", ")}`;
    throw mistake(mutant, ["change", index, "node"], `unknown node "${change.node}"`, hint);
  }
  let cases: Case[];
  try {
    cases = casesOf(mutant, plan);
  } catch (error) {
    if (!(error instanceof ChangeError)) throw error;
    const index = mutant.changes.findIndex(({ kind }) => kind === "scenario");
    throw mistake(mutant, ["change", index], error.message);
  }
  const check = mutant.kill?.check;
  if (check === undefined || check.startsWith("precondition ")) return;
  const titles = cases.flatMap((each) => caseHead(each).steps.map(({ title }) => title));
  if (titles.includes(check)) return;
  const near = nearest(check, titles);
  const hint = near ? `did you mean "${near}"?` : undefined;
  const message = `${mutant.kill!.scenario} has no step or invariant "${check}"`;
  throw mistake(mutant, ["fails", "check"], message, hint);
}

/** What `node` of a statement may be beside a name. */
const selectors = ["primary", "replicas", "all"];

function mistake(mutant: Mutant, at: Path, message: string, hint?: string): ScenarioError {
  const { file, text } = mutant;
  const { line, column } = mutant.placeOf(at);
  const advice = hint === undefined ? {} : { hint };
  const diagnostic = { file, line, column, message, code: "unknown-name" as const, ...advice };
  return new ScenarioError([diagnostic], new Map([[file, text]]));
}
