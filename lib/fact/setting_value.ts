/**
 * Values of settings, compared as the server understands them: `64MB`, `65536kB` and `8192` are the
 * same `shared_buffers`, `on`, `true` and `yes` the same switch.
 * Source: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
 *
 * @module
 */
import type { Comparison } from "../scenario/model.ts";
import { compareDecimals, parseDecimal } from "./decimal.ts";
import { judge, type Judgement, showValue } from "./compare.ts";

/** A setting as pg_settings has it. */
export interface ServerSetting {
  name: string;
  /** In units of `unit`. */
  setting: string;
  /** `kB`, `8kB`, `ms`, `min`, ...; null for what has no unit. */
  unit: string | null;
  /** `bool`, `enum`, `integer`, `real`, `string`. */
  vartype: string;
  /** As SHOW gives it. */
  shown: string;
}

/** Units in bytes and in microseconds: each kind of unit has a whole number of its smallest. */
const bytes: Record<string, number> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};
const microseconds: Record<string, number> = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  min: 6e7,
  h: 3.6e9,
  d: 8.64e10,
};

/** What an operand comes to; a problem says why it cannot be a value of this setting. */
export type Converted = { value: number | string } | { problem: string };

/** Judges a setting's value, or says why an operand makes no sense for it. */
export function judgeSetting(
  compare: Comparison,
  setting: ServerSetting,
): Judgement | { problem: string } {
  const { matches, lacks, ...valued } = compare;
  const converted: Record<string, number | string> = {};
  const shown = new Map<unknown, string>();
  for (const [word, operand] of Object.entries(valued)) {
    const found = convert(operand, setting);
    if ("problem" in found) return found;
    converted[word] = found.value;
    shown.set(found.value, showOperand(operand));
  }
  const actual = isNumeric(setting) ? Number(setting.setting) : textOf(setting.setting, setting);
  const show = (operand: unknown) => shown.get(operand) ?? showValue(operand);
  const value = judge(converted as Comparison, actual, show);
  if (matches === undefined && lacks === undefined) return value;
  const patterns = {
    ...(matches === undefined ? {} : { matches }),
    ...(lacks === undefined ? {} : { lacks }),
  };
  const text = judge(patterns, setting.shown);
  if (Object.keys(converted).length === 0) return text;
  return {
    holds: value.holds === true && text.holds === true,
    expected: `${value.expected} and ${text.expected}`,
  };
}

/** An operand in the setting's own unit, rounded as the server rounds it. */
export function convert(operand: unknown, setting: ServerSetting): Converted {
  if (!isNumeric(setting)) return { value: textOf(operand, setting) };
  const match = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(String(operand).trim());
  if (!match) return { problem: `${showOperand(operand)} is not a number${hint(setting)}` };
  const [, number = "", unit = ""] = match;
  if (unit === "") return { value: rounded(Number(number), setting) };
  const factor = factorOf(unit, setting.unit);
  if (factor === undefined) {
    return { problem: `${setting.name} has no value in ${showOperand(operand)}${hint(setting)}` };
  }
  return { value: rounded(Number(number) * factor, setting) };
}

function hint({ unit }: ServerSetting): string {
  return unit === null ? "; it has no unit" : `; its unit is ${unit}`;
}

function isNumeric({ vartype }: ServerSetting): boolean {
  return vartype === "integer" || vartype === "real";
}

function rounded(value: number, { vartype }: ServerSetting): number {
  return vartype === "integer" ? Math.round(value) : value;
}

/** How many of the setting's unit (`8kB`) one of the operand's is; undefined when they differ in kind. */
function factorOf(unit: string, base: string | null): number | undefined {
  const [, times = "", name = ""] = /^(\d*)([A-Za-z]+)$/.exec(base ?? "") ?? [];
  for (const table of [bytes, microseconds]) {
    const [from, to] = [table[unit], table[name]];
    if (from !== undefined && to !== undefined) return from / (to * Number(times || "1"));
  }
  return undefined;
}

const switches: Record<string, string> = {
  on: "on",
  true: "on",
  yes: "on",
  off: "off",
  false: "off",
  no: "off",
};

/** Switches and choices are not case-sensitive; text is, to the letter. */
function textOf(operand: unknown, { vartype }: ServerSetting): string {
  const text = String(operand);
  if (vartype === "string") return text;
  const word = text.toLowerCase();
  if (vartype === "bool" && (word === "1" || word === "0")) return word === "1" ? "on" : "off";
  return switches[word] ?? word;
}

function showOperand(operand: unknown): string {
  return typeof operand === "string" ? operand : showValue(operand);
}

/** `64MB (8192 8kB)`, or just the value where SHOW adds nothing. */
export function showSetting({ setting, unit, shown }: ServerSetting): string {
  const [value, raw] = [parseDecimal(shown), parseDecimal(setting)];
  const isSame = shown === setting || (value && raw && compareDecimals(value, raw) === 0);
  return unit === null || isSame ? shown || "empty" : `${shown} (${setting} x ${unit})`;
}
