/**
 * The adjectives' own grammar: durations, sizes, rates, values, saved names. Everything a step can
 * say is built from these, so units and messages are the same everywhere.
 *
 * @module
 */
import { z } from "zod";
import { parseSize } from "../sql/size.ts";
import { parseDuration } from "../time/duration.ts";
import type { Operand, Ref, Value } from "./model.ts";

/** A duration with its unit; becomes milliseconds. */
export const duration: z.ZodType<number, string> = z.string({
  error: "expected a time with its unit, like 10s (us, ms, s, min, h, d)",
}).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue(`expected a time with its unit, like 10s (us, ms, s, min, h, d), not "${text}"`);
  return z.NEVER;
});

/** A size with its unit; becomes bytes. */
export const size: z.ZodType<number, string> = z.string({
  error: "expected a size with its unit, like 64MB (B, kB, MB, GB, TB)",
}).transform((text, context) => {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  context.addIssue(`expected a size with its unit, like 64MB (B, kB, MB, GB, TB), not "${text}"`);
  return z.NEVER;
});

/** A rate per second, `200/s`; becomes a number. */
export const rate: z.ZodType<number, string> = z.string({
  error: "expected a rate with its unit, like 200/s",
}).transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)\/s$/.exec(text.trim());
  if (match && Number(match[1]) > 0) return Number(match[1]);
  context.addIssue(`expected a rate with its unit, like 200/s, not "${text}"`);
  return z.NEVER;
});

/** `${name}`, for a value that an earlier step saves. */
export const ref: z.ZodType<Ref, string> = z.string().regex(/^\$\{[A-Za-z_]\w*\}$/).transform(
  (text) => ({ ref: text.slice(2, -1) }),
);

/** A scalar, or a list of values. */
export const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(value)])
);

/** A value, or a saved name. */
export const operand: z.ZodType<Operand, unknown> = z.union([ref, value]);

/** True for a saved name that still waits for its value. */
export function isRef(operand: unknown): operand is Ref {
  return typeof operand === "object" && operand !== null && !Array.isArray(operand) &&
    "ref" in operand;
}
