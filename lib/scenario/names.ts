/**
 * `${name}`: what is known while parsing is put in place, types kept; what a step saves stays for
 * the run, and may only stand where a value is compared or handed on.
 *
 * @module
 */
import type { z } from "zod";
import type { Budget } from "./budget.ts";
import type { Path } from "./document.ts";
import type { Place, Value } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import { objectiveNames } from "./objectives.ts";
import { type Ground, isWords, type Reading } from "./reading.ts";
import { nestingWords } from "./step_grammar.ts";
import { listed } from "./vocabulary.ts";
import { isRef } from "./words.ts";

/** The name by which a repeated step speaks of its item. */
export const itemName = "item";

const whole = /^\$\{([A-Za-z_]\w*)\}$/;
const each = /\$\{([A-Za-z_]\w*)\}/g;

/** What substitution works with. */
export interface Substitution {
  ground: Ground;
  constants: ReadonlyMap<string, Value>;
  budget: Budget;
}

/** The data at a path with every known `${name}` replaced; SQL is left as it is. */
export function substitute(data: unknown, path: Path, context: Substitution): unknown {
  if (!context.budget.spend(1)) return data;
  if (Array.isArray(data)) {
    return data.map((item, index) => substitute(item, [...path, index], context));
  }
  if (isWords(data)) {
    // A step that is repeated itself has an item of its own.
    const isOwn = data.repeat !== undefined && context.constants.has(itemName);
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) =>
        isOwn && key !== "repeat" ? [key, item] : [key, substitute(item, [...path, key], context)]
      ),
    );
  }
  if (typeof data !== "string" || !data.includes("${") || isSql(path)) return data;
  const name = whole.exec(data)?.[1];
  if (name !== undefined) {
    const value = context.constants.get(name);
    if (value === undefined) return data;
    context.budget.spend(sizeOf(value));
    return value;
  }
  return data.replace(each, (written, inner) => {
    const value = context.constants.get(inner);
    if (value === undefined) return written;
    if (!Array.isArray(value)) {
      const text = String(value);
      return context.budget.spend(text.length) ? text : written;
    }
    const { document, report } = context.ground;
    report.add(document.textAt(path, written), "bad-value", `"${inner}" is a list`, {
      hint: "a list cannot stand inside a text",
    });
    return written;
  });
}

function sizeOf(value: Value): number {
  return Array.isArray(value) ? value.reduce((sum: number, item) => sum + sizeOf(item), 1) : 1;
}

/** Whether the text at a path is SQL, where `:name` is the way to use a name. */
function isSql(path: Path): boolean {
  const word = path.findLast((part) => typeof part === "string");
  return word === "sql" || word === "query";
}

/**
 * Checks every `${name}` that substitution left in the words of a step. Returns the words that
 * cannot be used because of one.
 */
export function checkNames(
  reading: Reading,
  step: { words: Record<string, unknown>; schema: z.ZodObject; path: Path },
): Set<string> {
  const spoilt = new Set<string>();
  for (const [word, value] of Object.entries(step.words)) {
    if (nestingWords.includes(word)) continue;
    visitNames(value, [...step.path, word], (name, path, isWhole) => {
      const isGiven = word === "with" && path.length === step.path.length + 2;
      const isOperand = isWhole && (isGiven || typeof value === "string" &&
          acceptsRef(step.schema.shape[word] as z.ZodType | undefined));
      if (!checkName(reading, { name, path, isOperand })) spoilt.add(word);
    });
  }
  return spoilt;
}

/**
 * Reports every `${name}` left where only what is known before the run can stand; true when there
 * is none.
 */
export function refuseNames(reading: Reading, data: unknown, path: Path): boolean {
  let isClean = true;
  visitNames(data, path, (name, at) => {
    checkName(reading, { name, path: at, isOperand: false });
    isClean = false;
  });
  return isClean;
}

function visitNames(
  data: unknown,
  path: Path,
  visit: (name: string, path: Path, isWhole: boolean) => void,
): void {
  if (Array.isArray(data)) {
    data.forEach((item, index) => visitNames(item, [...path, index], visit));
  } else if (isWords(data)) {
    for (const [key, item] of Object.entries(data)) visitNames(item, [...path, key], visit);
  } else if (typeof data === "string" && data.includes("${")) {
    for (const match of data.matchAll(each)) visit(match[1]!, path, match[0] === data);
    // Only a whole value is surely meant as a name: `${` also occurs in patterns and in prose.
    if (/^\$\{[^}]*\}$/.test(data) && !whole.test(data)) visit(data.slice(2, -1), path, true);
  }
}

function acceptsRef(schema: z.ZodType | undefined): boolean {
  const parsed = schema?.safeParse("${name}");
  return parsed?.success === true && isRef(parsed.data);
}

function checkName(
  reading: Reading,
  use: { name: string; path: Path; isOperand: boolean },
): boolean {
  const { name, path, isOperand } = use;
  const at = reading.document.textAt(path, `\${${name}}`);
  const { report } = reading;
  if (isSql(path)) {
    report.add(at, "bad-sql", "nothing is pasted into SQL", {
      hint: `write :${name}; it is sent as a bind parameter`,
    });
    return false;
  }
  if (reading.saved.has(name)) {
    if (isOperand) return true;
    report.add(at, "misplaced-word", `"${name}" is saved by a step and cannot be used here`, {
      hint: "what must be known before the run comes from vars or matrix",
      settles: true,
    });
    return false;
  }
  // A list inside a text is told where it is put in place.
  if (!reading.constants.has(name)) reportUnknownName(reading, { name, at });
  return false;
}

/** Tells a name that nothing has given a value, and what is near. */
export function reportUnknownName(
  reading: Reading,
  use: { name: string; at: Place },
): void {
  const { name, at } = use;
  if (reading.unread.has(name)) return;
  if (reading.savedSomewhere.has(name)) {
    reading.report.add(at, "unknown-name", `"${name}" is used before it is saved`, {
      hint: "the step that saves it must come first",
      settles: true,
    });
    return;
  }
  const known = [...reading.constants.keys(), ...reading.saved];
  const hint = name === "item"
    ? `only a step with "repeat" has one`
    : didYouMean(name, [...known, ...reading.savedSomewhere, ...objectiveNames]) ??
      (known.length > 0
        ? `known here: ${listed(known)}`
        : "give it a value with vars, matrix or save");
  reading.report.add(at, "unknown-name", `unknown name "${name}"`, { hint, settles: true });
}

/** Every name that some `save` inside the data gives a value, right or wrong. */
export function savedNames(data: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(visit);
    if (!isWords(part)) return;
    for (const name of namesOfSave(part.save)) names.add(name);
    Object.values(part).forEach(visit);
  };
  visit(data);
  return names;
}

/** The names that the value of a `save` gives a value. */
export function namesOfSave(save: unknown): string[] {
  return typeof save === "string" ? [save] : isWords(save) ? Object.keys(save) : [];
}
