/**
 * Which cases a run has: scenarios times their matrix times repetitions, less what the command line
 * leaves out.
 *
 * @module
 */
import type { Case, Scenario, Value, Variant } from "./model.ts";
import { nearest } from "./nearest.ts";
import { OptionError } from "./option_error.ts";
import { seedOf } from "./seed.ts";
import { parseTagExpression } from "./tag_expression.ts";
import { type Shard, shardOf, type Timings } from "./shard.ts";
import { listed } from "./vocabulary.ts";

/** What the command line says about the selection. */
export interface PlanOptions {
  /** Seed of the run; each case gets its own from it. */
  seed: number;
  /** How often each case runs, from 1. */
  repeat: number;
  /** A tag expression. */
  tag?: string;
  /** A regular expression that the id or the scenario's name must match. */
  grep?: string;
  /** Values that axes of the matrix must have; scenarios without such an axis are kept. */
  matrix?: Record<string, string>;
  /** The part of the cases that this machine runs; `index` from 1. */
  shard?: Shard;
  /** What balances the parts. */
  timings?: Timings;
}

/**
 * The cases of a run, in order; an empty list when nothing fits.
 * @throws {OptionError} for an option that means nothing: a bad expression, an axis that no scenario
 * has, a shard that does not exist.
 */
export function planCases(scenarios: readonly Scenario[], options: PlanOptions): Case[] {
  const { repeat, shard } = options;
  if (!Number.isInteger(repeat) || repeat < 1) {
    throw new OptionError(`Cannot repeat ${repeat} times: expected a whole number from 1`);
  }
  const hasTags = options.tag === undefined ? () => true : parseTagExpression(options.tag);
  const isNamed = grepOf(options.grep);
  const hasValues = matrixOf(scenarios, options.matrix ?? {});
  const cases = scenarios.filter((scenario) => hasTags(scenario.tags))
    .flatMap((scenario) => variantsOf(scenario))
    .filter(({ combination }) => hasValues(combination))
    .filter((variant) => isNamed(idOf(variant)) || isNamed(variant.scenario.name))
    .flatMap((variant) =>
      Array.from({ length: repeat }, (_, index) => caseOf(variant, index + 1, options.seed))
    );
  checkUnique(cases);
  return shard ? shardOf(cases, shard, options.timings) : cases;
}

function variantsOf(scenario: Scenario): Variant[] {
  return scenario.variants ?? [{ combination: {}, scenario }];
}

function caseOf(variant: Variant, repetition: number, runSeed: number): Case {
  const { combination, scenario } = variant;
  const id = idOf(variant) + (repetition > 1 ? `#${repetition}` : "");
  const seed = scenario.seed ?? seedOf(runSeed, id);
  const { postgres } = combination;
  const version = postgres === undefined ? {} : { postgres: String(postgres) };
  return { id, scenario, combination, repetition, seed, ...version };
}

/** `scenarios/a.yaml[postgres=17,how=kill]`. */
function idOf({ combination, scenario }: Variant): string {
  const values = Object.entries(combination).map(([axis, value]) => `${axis}=${showValue(value)}`);
  return values.length > 0 ? `${scenario.file}[${values.join(",")}]` : scenario.file;
}

/** Plain where that is clear; the text "17" is not the number 17. */
function showValue(value: Value): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain = /^[A-Za-z_](?:[\w .\/+-]*[\w.\/+-])?$/.test(value) &&
    !/^(?:true|false|null)$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function grepOf(grep: string | undefined): (text: string) => boolean {
  if (grep === undefined) return () => true;
  try {
    const pattern = new RegExp(grep, "i");
    return (text) => pattern.test(text);
  } catch (error) {
    throw new OptionError(`Cannot use --grep ${grep}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Keeps the combinations that have the asked values. */
function matrixOf(
  scenarios: readonly Scenario[],
  wanted: Record<string, string>,
): (combination: Record<string, Value>) => boolean {
  const combinations = scenarios.flatMap(variantsOf).map((variant) => variant.combination);
  for (const [axis, text] of Object.entries(wanted)) {
    const known = combinations.filter((combination) => Object.hasOwn(combination, axis));
    if (known.length === 0) {
      const axes = [...new Set(combinations.flatMap(Object.keys))];
      throw new OptionError(
        `Cannot select ${axis}=${text}: no scenario has that axis${suggestion(axis, axes)}`,
      );
    }
    const values = [...new Set(known.map((combination) => plainText(combination[axis]!)))];
    if (!values.includes(text)) {
      throw new OptionError(
        `Cannot select ${axis}=${text}: no scenario has that value${suggestion(text, values)}`,
      );
    }
  }
  return (combination) =>
    Object.entries(wanted).every(([axis, text]) =>
      !Object.hasOwn(combination, axis) || plainText(combination[axis]!) === text
    );
}

/** A value as it is typed on the command line. */
function plainText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near) return `, did you mean ${near}?`;
  return known.length > 0 ? `, known: ${listed(known)}` : "";
}

function checkUnique(cases: readonly Case[]): void {
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) throw new OptionError(`Cannot plan ${id}: it is selected twice`);
    seen.add(id);
  }
}
