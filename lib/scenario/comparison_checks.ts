/**
 * Comparisons that contradict each other, or say the same twice.
 *
 * @module
 */
import type { FactKind } from "../fact/kind.ts";
import type { ComparisonWord } from "./comparison_words.ts";
import { pickComparison } from "./comparison_words.ts";
import type { Path } from "./document.ts";
import type { Comparison, Operand } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import type { Ground } from "./reading.ts";
import { listed } from "./vocabulary.ts";
import { isRef } from "./words.ts";

/** Pairs that bound the same side. */
const rivals: readonly (readonly [ComparisonWord, ComparisonWord])[] = [
  ["below", "at_most"],
  ["above", "at_least"],
];

const bounds = ["below", "at_most", "above", "at_least"] as const;

/** The comparisons among the words of a step, checked against each other. */
export function readComparison(
  ground: Ground,
  words: Record<string, unknown>,
  path: Path,
): Comparison {
  const compare = pickComparison(words);
  const given = Object.keys(compare) as ComparisonWord[];
  const complain = (word: ComparisonWord, message: string, hint: string) =>
    ground.report.add(ground.document.keyAt([...path, word]), "bad-value", message, { hint });
  const isExact = compare.is !== undefined && !isRef(compare.is);
  if (isExact && given.length > 1) {
    const other = given.find((word) => word !== "is")!;
    complain(other, `"${other}" stands beside "is", which says it all`, "keep one of them");
    return compare;
  }
  for (const [one, other] of rivals) {
    if (given.includes(one) && given.includes(other)) {
      complain(other, `"${one}" and "${other}" bound the same side`, "keep one of them");
    }
  }
  const types = new Set(bounds.flatMap((word) => typeOfBound(compare[word])));
  if (types.size > 1) {
    const last = bounds.findLast((word) => compare[word] !== undefined)!;
    const message = `bounds of different types: ${listed([...types])}`;
    complain(last, message, "compare with numbers, or with texts");
  } else if (isEmpty(compare)) {
    const last = bounds.findLast((word) => compare[word] !== undefined)!;
    complain(last, "no value can be on the right side of both bounds", "widen one of them");
  }
  return compare;
}

/** Refuses a state that a fact never has: what is not that would hold whatever happens. */
export function checkStates(
  ground: Ground,
  states: FactKind["states"],
  step: { compare: Comparison; path: Path },
): void {
  for (const word of ["is", "not"] as const) {
    const operand = step.compare[word];
    if (!states || operand === undefined || isRef(operand)) continue;
    if ((states as readonly unknown[]).includes(operand)) continue;
    const known = states.map(String);
    const text = typeof operand === "string"
      ? `"${operand.slice(0, 60)}"`
      : JSON.stringify(operand);
    ground.report.add(
      ground.document.valueAt([...step.path, word]),
      "bad-value",
      `"${word}" must be ${listed(known, "or")}, not ${text}`,
      { hint: didYouMean(String(operand), known) },
    );
  }
}

function typeOfBound(operand: Operand | undefined): string[] {
  return operand === undefined || isRef(operand)
    ? []
    : [typeof operand === "number" ? "numbers" : "texts"];
}

function isEmpty(compare: Comparison): boolean {
  const upper = compare.below ?? compare.at_most;
  const lower = compare.above ?? compare.at_least;
  if (typeof upper !== "number" || typeof lower !== "number") return false;
  const isClosed = compare.below === undefined && compare.above === undefined;
  return isClosed ? lower > upper : lower >= upper;
}
