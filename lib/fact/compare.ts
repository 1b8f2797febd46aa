/**
 * The comparisons of a step: `is not below above at_most at_least matches lacks`. All that are given
 * must hold.
 *
 * Nothing passes by being absent: null (an SQL NULL, or no row) is equal to null and to nothing
 * else, and every comparison but `is`, `matches` and `not: null` leaves it undecided. What has no
 * order is an error, never "false".
 *
 * @module
 */
import { StepProblem } from "../run/problem.ts";
import type { Comparison } from "../scenario/model.ts";
import { parseLsn } from "../sql/lsn.ts";
import { compareDecimals, parseDecimal } from "./decimal.ts";

/** Whether a comparison holds; undefined: it cannot be judged, because what was seen is null. */
export interface Judgement {
  holds: boolean | undefined;
  /** `above 3 and at most 10`: what was expected, in words. */
  expected: string;
}

/** How operands are written in `expected`; the default is JSON. */
export type Show = (operand: unknown) => string;

const words: Record<keyof Comparison, string> = {
  is: "",
  not: "not ",
  below: "below ",
  above: "above ",
  at_most: "at most ",
  at_least: "at least ",
  matches: "a match of ",
  lacks: "no match of ",
};

const orders: Partial<Record<keyof Comparison, (order: number) => boolean>> = {
  below: (order) => order < 0,
  above: (order) => order > 0,
  at_most: (order) => order <= 0,
  at_least: (order) => order >= 0,
};

/**
 * Judges what was seen. A comparison without words asks for any answer and holds.
 * @throws {StepProblem} (an error, `NotComparable`) for an ordering of what has no order, and for a
 * whole number that YAML could not keep exactly.
 */
export function judge(compare: Comparison, seen: unknown, show: Show = showValue): Judgement {
  const given = (Object.keys(words) as (keyof Comparison)[])
    .filter((word) => compare[word] !== undefined);
  const expected = given.map((word) => describe(word, compare[word], show)).join(" and ");
  const results = given.map((word) => holdsFor(word, compare[word], seen));
  return { holds: all(results), expected: expected || "an answer" };
}

/** False when one is false, else undefined when one is, else true. */
export function all(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

/** A value as JSON, as `query` shows what it saw. */
export function showValue(value: unknown): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value) ?? String(value);
}

function describe(word: keyof Comparison, operand: unknown, show: Show): string {
  const isPattern = word === "matches" || word === "lacks";
  return words[word] + (isPattern ? `/${operand}/` : show(operand));
}

function holdsFor(word: keyof Comparison, operand: unknown, seen: unknown): boolean | undefined {
  switch (word) {
    case "is":
      return equal(operand, seen);
    case "not":
      if (seen === null && operand !== null) return undefined;
      return !equal(operand, seen);
    case "matches":
      return seen !== null && texts(seen).every((text) => new RegExp(String(operand)).test(text));
    case "lacks":
      if (seen === null) return undefined;
      return !texts(seen).some((text) => new RegExp(String(operand)).test(text));
    default:
      if (seen === null) return undefined;
      return orders[word]!(order(seen, operand));
  }
}

/** Lists are matched item by item; an item that is a row is matched as JSON. */
function texts(seen: unknown): string[] {
  const items = Array.isArray(seen) ? seen : [seen];
  return items.map((item) => typeof item === "string" ? item : showValue(item));
}

/**
 * Equal in value: a number equals numeric text of the same value; text equals the same text only. An
 * answer of one cell or one row equals the list that holds nothing else.
 */
function equal(operand: unknown, seen: unknown): boolean {
  if (sameValue(operand, seen)) return true;
  return Array.isArray(operand) && operand.length === 1 && seen !== null &&
    sameValue(operand[0], seen);
}

function sameValue(operand: unknown, seen: unknown): boolean {
  if (Array.isArray(operand) || Array.isArray(seen)) {
    return Array.isArray(operand) && Array.isArray(seen) && operand.length === seen.length &&
      operand.every((item, index) => sameValue(item, seen[index]));
  }
  if (isObject(operand) || isObject(seen)) {
    if (!isObject(operand) || !isObject(seen)) return false;
    const keys = Object.keys(operand);
    return keys.length === Object.keys(seen).length &&
      keys.every((key) => Object.hasOwn(seen, key) && sameValue(operand[key], seen[key]));
  }
  if (typeof operand !== "string" || typeof seen !== "string") {
    const [left, right] = [exact(operand, seen), parseDecimal(seen)];
    if (left && right) return compareDecimals(left, right) === 0;
  }
  return Object.is(operand, seen);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Below 0, 0 or above 0 as what was seen is less than, equal to or greater than the operand. */
function order(seen: unknown, operand: unknown): number {
  const [left, right] = [parseDecimal(seen), exact(operand, seen)];
  if (left && right) return compareDecimals(left, right);
  const [at, limit] = [lsnOf(seen), lsnOf(operand)];
  if (at !== undefined && limit !== undefined) return at < limit ? -1 : at > limit ? 1 : 0;
  throw notComparable(seen, operand, "only numbers and LSNs have an order");
}

/** YAML reads 9007199254740993 as 9007199254740992: that must not decide anything. */
function exact(operand: unknown, seen: unknown): ReturnType<typeof parseDecimal> {
  const isRounded = typeof operand === "number" && Number.isInteger(operand) &&
    !Number.isSafeInteger(operand) && typeof seen === "string";
  if (isRounded) {
    throw notComparable(seen, operand, "a number this large must be written in quotes");
  }
  return parseDecimal(operand);
}

function lsnOf(value: unknown): bigint | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return parseLsn(value);
  } catch {
    return undefined;
  }
}

function notComparable(seen: unknown, operand: unknown, why: string): StepProblem {
  return new StepProblem("error", {
    code: "NotComparable",
    expected: `something that can be compared with ${showValue(operand)}`,
    seen: `${showValue(seen)}: ${why}`,
  });
}
