/**
 * SHA-256 of what a report rests on, so that a row of it can be tied to its evidence for good.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { CaseResult, Result } from "../../result/model.ts";
import { renderJson } from "../json.ts";

/** In hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Of a case as it stands in the result: JSON with sorted keys and without spaces. */
export function caseDigest(subject: CaseResult): string {
  return sha256(canonical(subject));
}

/** Of `result.json`, byte for byte. */
export function resultDigest(result: Result): string {
  return sha256(renderJson(result));
}

/** JSON in which the same data are the same bytes. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
