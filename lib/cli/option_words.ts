/**
 * What the values of options may be, and what is said of others.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import type { Gate } from "../compare/gate.ts";
import { parseSize } from "../sql/size.ts";
import { parseDuration } from "../time/duration.ts";

/** A whole number, not below `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= least) {
      return Number(text);
    }
    throw new InvalidArgumentError(`expected a whole number from ${least}.`);
  };
}

/** A number above 0. */
export function factor(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("expected a number above 0, like 2 or 0.5.");
}

/** `I/N`. */
export function shard(text: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index && of && index <= of) return { index, of };
  throw new InvalidArgumentError("expected I/N, like 1/4.");
}

/** `name=value`; may repeat. */
export function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("expected name=value, like how=kill.");
  }
  return { ...before, [name]: value };
}

/** Anything; may repeat. */
export function gather(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** `outage=25%,500ms`; may repeat. */
export function gate(text: string, before: Gate[] = []): Gate[] {
  const [, name, percent, floor] = /^([^=]+)=(\d+(?:\.\d+)?)%,\s*(\S+)$/.exec(text) ?? [];
  const [ms, bytes] = [parseDuration(floor ?? ""), parseSize(floor ?? "")];
  const value = ms ?? bytes ?? Number(floor);
  if (name === undefined || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("expected MEASURE=PERCENT,FLOOR, like outage=25%,500ms.");
  }
  const unit = ms !== undefined
    ? { unit: "ms" as const }
    : bytes !== undefined
    ? { unit: "bytes" as const }
    : {};
  return [...before, { name, tolerance: Number(percent) / 100, floor: value, ...unit }];
}

/** What `--allow` takes. */
const permissions = ["exec"];

/** A permission; may repeat. */
export function permission(text: string, before: string[] = []): string[] {
  if (permissions.includes(text)) return [...before, text];
  throw new InvalidArgumentError(`expected ${permissions.join(" or ")}.`);
}
