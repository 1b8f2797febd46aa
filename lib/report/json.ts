/**
 * `result.json`: the result itself, from which every other report can be made again.
 *
 * @module
 */
import type { Result } from "../result/model.ts";

/** The same result gives the same bytes: keys are in order, the file ends in a newline. */
export function renderJson(result: Result): string {
  const { schema, run, totals, problems, notes, cases } = result;
  const ordered = { schema, run, totals, problems, notes, cases };
  const text = JSON.stringify(ordered, (_key, value) => sorted(value, ordered), 2);
  return text.replace(pair, "[$1, $2]") + "\n";
}

/** A point of a series is on one line. Inside a text a line end is written as an escape. */
const pair = /\[\n\s+([\d.e+-]+),\n\s+([\d.e+-]+|null)\n\s+\]/g;

function sorted(value: unknown, top: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value === top) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0),
  );
}
