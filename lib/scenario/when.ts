/**
 * `when`: a step runs only where its conditions hold: `postgres >= 17`, `target = local`, or a
 * comparison of a variable or an axis of the matrix, `how != pause`. They never rest on what a
 * server says during the run, so a plan can say what will be skipped.
 *
 * @module
 */
import type { Path } from "./document.ts";
import type { Condition, Value } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import type { Reading } from "./reading.ts";
import { listed } from "./vocabulary.ts";

const form = /^\s*([A-Za-z_]\w*)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*$/;

/** What a condition can compare besides variables and axes. */
const subjects = ["postgres", "target"] as const;
const targets = ["local", "compose"];

type Operator = NonNullable<Condition["operator"]>;

/** Reads the conditions of a step; undefined when it has none. */
export function readWhen(reading: Reading, data: unknown, path: Path): Condition[] | undefined {
  if (data === undefined) return undefined;
  const isList = Array.isArray(data);
  return [data].flat().flatMap((each, index) =>
    readCondition(reading, each, isList ? [...path, index] : path) ?? []
  );
}

function readCondition(reading: Reading, data: unknown, path: Path): Condition | undefined {
  const complain = (message: string, hint: string, code: "bad-value" | "unknown-name") => {
    reading.report.add(reading.document.valueAt(path), code, message, { hint });
    return undefined;
  };
  if (typeof data === "boolean") return { text: String(data), holds: data };
  const text = String(data);
  const [, name, operator, operand] = form.exec(text) ?? [];
  if (name === undefined || operand === "") {
    const hint = "write NAME = VALUE, also with != > >= < <=";
    return complain(`"${text.slice(0, 60)}" is no condition`, hint, "bad-value");
  }
  const comparison = { text, operator: operator as Operator, operand: operand! };
  if (name === "postgres") {
    if (/^\d+(?:\.\d+)?$/.test(operand!)) return { ...comparison, subject: name };
    return complain(`"${operand}" is no version`, "write postgres >= 17", "bad-value");
  }
  if (name === "target") {
    const isFit = targets.includes(operand!) && ["=", "!="].includes(operator!);
    if (isFit) return { ...comparison, subject: name };
    return complain(`"${text}" cannot be decided`, "write target = local, or compose", "bad-value");
  }
  const value = reading.constants.get(name);
  if (value === undefined) {
    const known = [...reading.constants.keys(), ...subjects];
    const hint = didYouMean(name, known) ?? `known here: ${listed(known)}`;
    return complain(`a condition cannot speak of "${name}"`, hint, "unknown-name");
  }
  const holds = compare(value, operator as Operator, operand!);
  if (holds !== undefined) return { text, holds };
  const hint = "compare numbers by size, everything else with = and !=";
  return complain(
    `"${text}" cannot be decided: ${name} is ${JSON.stringify(value)}`,
    hint,
    "bad-value",
  );
}

function compare(value: Value, operator: Operator, operand: string): boolean | undefined {
  if (Array.isArray(value)) return undefined;
  if (operator === "=") return String(value) === operand;
  if (operator === "!=") return String(value) !== operand;
  const [left, right] = [Number(value), Number(operand)];
  const isNumber = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
  if (!isNumber || Number.isNaN(left) || Number.isNaN(right)) return undefined;
  return ordered(left - right, operator);
}

/** Whether a difference is as an operator wants it. */
export function ordered(difference: number, operator: Operator): boolean {
  switch (operator) {
    case "=":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
  }
}
