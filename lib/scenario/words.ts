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

/** The rate of a load: `200/s`, or `max`, which becomes Infinity. */
export const loadRate: z.ZodType<number, string> = z.string({
  error: "expected a rate with its unit, like 200/s, or max",
}).transform((text, context) => {
  if (text.trim() === "max") return Infinity;
  const perSecond = rate.safeParse(text);
  if (perSecond.success) return perSecond.data;
  context.addIssue(`expected a rate with its unit, like 200/s, or max, not "${text}"`);
  return z.NEVER;
});

/** Bytes per second, `256kB/s`; becomes a number. */
export const byteRate: z.ZodType<number, string> = z.string({
  error: "expected bytes per second with their unit, like 256kB/s",
}).transform((text, context) => {
  const bytes = parseSize(/^(.*)\/s$/.exec(text.trim())?.[1] ?? "");
  if (bytes !== undefined && bytes >= 1) return bytes;
  context.addIssue(`expected bytes per second with their unit, like 256kB/s, not "${text}"`);
  return z.NEVER;
});

/** A share, `1%`; becomes a number from 0 to 1. */
export const share: z.ZodType<number, string> = z.string({
  error: "expected a share, like 1%",
}).transform((text, context) => {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]);
  if (percent >= 0 && percent <= 100) return percent / 100;
  context.addIssue(`expected a share, like 1%, not "${text}"`);
  return z.NEVER;
});

/** A number of acknowledged writes, `500 writes`. */
export const writes: z.ZodType<number, string> = z.string({
  error: "expected a number of writes, like 500 writes",
}).transform((text, context) => {
  const match = /^([1-9]\d{0,8}) writes?$/.exec(text.trim());
  if (match) return Number(match[1]);
  context.addIssue(`expected a number of writes, like 500 writes, not "${text}"`);
  return z.NEVER;
});

/** What a union says of `${name}` when none of its branches fits; never shown alone. */
export const refExpected = "expected ${name}";

/** `${name}`, for a value that an earlier step saves. */
export const ref: z.ZodType<Ref, string> = z.string({ error: refExpected }).regex(
  /^\$\{[A-Za-z_]\w*\}$/,
  { error: refExpected },
).transform((text) => ({ ref: text.slice(2, -1) }));

/** A name that scenarios choose: a variable, a saved value, a load, a fault. */
export const ownName: z.ZodType<string, string> = z.string().regex(/^[A-Za-z_]\w*$/, {
  error: "a name is made of letters, digits and _, and begins with a letter",
});

/** Which adjectives speak of something declared elsewhere, so that parsing can look it up. */
export const referents: z.core.$ZodRegistry<{ to: "load" | "node" | "step" }> = z.registry();

/** An adjective that names a declared load, like the `of` of `commit_rate`. */
export const loadName: z.ZodType<string, string> = z.string().register(referents, { to: "load" });

/** An adjective that names a node or a role, like those of `between`. */
export const nodeName: z.ZodType<string, string> = z.string().register(referents, { to: "node" });

/** An adjective that names an earlier step, by the step's own name. */
export const stepName: z.ZodType<string, string> = z.string().register(referents, { to: "step" });

/** A regular expression of JavaScript. */
export const pattern: z.ZodType<string, string> = z.string().superRefine((text, context) => {
  try {
    new RegExp(text);
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*: /, "");
    context.addIssue(`the regular expression does not compile: ${reason}`);
  }
});

/** A scalar, or a list of values. */
export const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(value)])
);

/** Nested steps, before they are read one by one. */
export const steps: z.ZodType<unknown[], unknown[]> = z.array(z.unknown(), {
  error: "must be a list of steps",
}).min(1, { error: "must have at least one step" });

/** A value, or a saved name. */
export const operand: z.ZodType<Operand, unknown> = z.union([ref, value]);

/** True for a saved name that still waits for its value. */
export function isRef(operand: unknown): operand is Ref {
  return typeof operand === "object" && operand !== null && !Array.isArray(operand) &&
    "ref" in operand;
}
