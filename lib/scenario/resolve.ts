/**
 * Puts saved values in the place of `${name}` when a step starts.
 *
 * @module
 */
import { isRef } from "./words.ts";

/** A step needs a value that was not saved: the step that saves it has not run. */
export class UnsavedError extends Error {
  override name = "UnsavedError";
}

/**
 * The same value, list or map with every `${name}` replaced by what was saved under that name, types
 * kept. Anything that is not plain data is passed through.
 * @throws {UnsavedError} when a name has no value yet.
 */
export function resolveRefs(value: unknown, saved: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveRefs(item, saved));
  if (isRef(value)) {
    if (saved.has(value.ref)) return saved.get(value.ref);
    const known = [...saved.keys()].join(", ") || "nothing";
    throw new UnsavedError(`Cannot use \${${value.ref}}: no step has saved it, saved is ${known}`);
  }
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveRefs(item, saved)]),
  );
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
