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
import { respelt } from "./respelt.ts";

/** A text with a meaning; `parse` returns undefined for one that has none. */
function written<T>(what: string, parse: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string({ error: `expected ${what}` }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    const message = `expected ${what}, not "${text}"`;
    const near = respelt(text, (other) => parse(other) !== undefined);
    const params = near === undefined ? {} : { hint: `did you mean "${near}"?` };
    context.addIssue({ code: "custom", message, params, input: text });
    return z.NEVER;
  });
}

/** A duration with its unit; becomes milliseconds. */
export const duration: z.ZodType<number, string> = written(
  "a time with its unit, like 10s (us, ms, s, min, h, d)",
  parseDuration,
);

/** Timers count milliseconds in 31 bits and fire at once beyond. */
const msMax = 2 ** 31 - 1;

/** A time that a timer can wait. */
export const span: z.ZodType<number, string> = duration.refine((ms) => ms <= msMax, {
  error: "is longer than 24d",
});

/** A time that is not nothing. */
export const positiveSpan: z.ZodType<number, string> = span.refine((ms) => ms > 0, {
  error: "must be longer than nothing",
});

/** A size with its unit; becomes bytes. */
export const size: z.ZodType<number, string> = written(
  "a size with its unit, like 64MB (B, kB, MB, GB, TB)",
  parseSize,
);

function parseRate(text: string): number | undefined {
  const perSecond = Number(/^(\d+(?:\.\d+)?)\/s$/.exec(text.trim())?.[1]);
  return perSecond > 0 ? perSecond : undefined;
}

/** A rate per second, `200/s`; becomes a number. */
export const rate: z.ZodType<number, string> = written(
  "a rate with its unit, like 200/s",
  parseRate,
);

/** The rate of a load: `200/s`, or `max`, which becomes Infinity. */
export const loadRate: z.ZodType<number, string> = written(
  "a rate with its unit, like 200/s, or max",
  (text) => text.trim() === "max" ? Infinity : parseRate(text),
);

/** Bytes per second, `256kB/s`; becomes a number. */
export const byteRate: z.ZodType<number, string> = written(
  "bytes per second with their unit, like 256kB/s",
  (text) => {
    const bytes = parseSize(/^(.*)\/s$/.exec(text.trim())?.[1] ?? "");
    return bytes !== undefined && bytes >= 1 ? bytes : undefined;
  },
);

/** A share, `1%`; becomes a number from 0 to 1. */
export const share: z.ZodType<number, string> = written("a share, like 1%", (text) => {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]);
  return percent >= 0 && percent <= 100 ? percent / 100 : undefined;
});

/** A number of acknowledged writes, `500 writes`. */
export const writes: z.ZodType<number, string> = written(
  "a number of writes, like 500 writes",
  (text) => {
    const count = /^([1-9]\d{0,8}) writes?$/.exec(text.trim())?.[1];
    return count === undefined ? undefined : Number(count);
  },
);

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

/** What an adjective speaks of; `workloads`: a load of one of these kinds; `driver`: any, even pgbench. */
export interface Referent {
  to: "load" | "node" | "step";
  workloads?: readonly string[];
  driver?: "any";
}

/** Which adjectives speak of something declared elsewhere, so that parsing can look it up. */
export const referents: z.core.$ZodRegistry<Referent> = z.registry();

/** An adjective that names a declared load whose writes are known, each by its number. */
export const loadName: z.ZodType<string, string> = z.string().register(referents, { to: "load" });

/** An adjective that names any declared load, like the `of` of `commit_rate`. */
export const anyLoad: z.ZodType<string, string> = z.string()
  .register(referents, { to: "load", driver: "any" });

/** An adjective that names a load whose history is recorded, by one of these workloads. */
export function recordedLoad(...workloads: string[]): z.ZodType<string, string> {
  return z.string().register(referents, { to: "load", workloads });
}

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
    context.addIssue({
      code: "custom",
      message: `the regular expression does not compile: ${reason}`,
      params: { hint: "write \\ before a character that stands for itself, like \\(" },
      input: text,
    });
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
