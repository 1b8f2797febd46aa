/**
 * The comparisons as adjectives: which words there are, and which unit their operands must have.
 *
 * @module
 */
import { z } from "zod";
import type { FactKind } from "../fact/kind.ts";
import type { Comparison } from "./model.ts";
import { duration, nodeName, operand, pattern, rate, ref, size } from "./words.ts";

/** A word that compares. */
export type ComparisonWord = keyof Comparison;

/** Every comparison, in the order in which people read them. */
export const comparisonWords = [
  "is",
  "not",
  "below",
  "above",
  "at_most",
  "at_least",
  "matches",
  "lacks",
] as const satisfies readonly ComparisonWord[];

/** What a number or a text can be compared with by size. */
const ordered = z.union([ref, z.number(), z.string()]);

function operandOf(word: ComparisonWord, kind: FactKind["operand"]): z.ZodType {
  if (word === "matches" || word === "lacks") return pattern;
  switch (kind) {
    case "size":
      return z.union([ref, size]);
    case "duration":
      return z.union([ref, duration]);
    case "rate":
      return z.union([ref, rate]);
    case "node":
      return z.union([ref, nodeName]);
    case "value":
      return word === "is" || word === "not" ? operand : ordered;
  }
}

/** The schemas of some comparisons, each of them optional. */
export function comparisonShape(
  words: readonly ComparisonWord[],
  kind: FactKind["operand"],
): z.ZodRawShape {
  return Object.fromEntries(words.map((word) => [word, operandOf(word, kind).optional()]));
}

/** The comparisons among the words of a step. */
export function pickComparison(words: Record<string, unknown>): Comparison {
  const given = comparisonWords.filter((word) => words[word] !== undefined);
  return Object.fromEntries(given.map((word) => [word, words[word]]));
}
