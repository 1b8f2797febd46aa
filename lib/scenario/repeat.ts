/**
 * `repeat`: a step is written out as often as it says, `3` times or once for each item of a list.
 * `${item}` is the item, or the number of the time; inside SQL it is `:item`.
 *
 * @module
 */
import { describe, reportIssues } from "./issues.ts";
import type { Value } from "./model.ts";
import { itemName, substitute } from "./names.ts";
import { isWords, type Reading } from "./reading.ts";
import { repeat } from "./step_grammar.ts";
import type { At } from "./steps.ts";

/** A step as it is read once. */
export interface Round extends At {
  reading: Reading;
  data: unknown;
  /** `2 of 3`; absent when the step is not repeated. */
  count?: string;
}

/** The times a step is read: one when it is not repeated; undefined when it cannot be told. */
export function readRounds(reading: Reading, data: unknown, at: At): Round[] | undefined {
  if (!isWords(data) || data.repeat === undefined) return [{ ...at, reading, data }];
  const { repeat: written, ...words } = data;
  const items = itemsOf(reading, written, at);
  if (!items) return undefined;
  return items.map((item, index) => {
    const own = withItem(reading, item);
    return {
      reading: own,
      data: substitute(words, at.path, {
        ground: reading,
        constants: new Map([[itemName, item]]),
        budget: reading.budget,
      }),
      path: at.path,
      id: `${at.id}#${index + 1}`,
      count: `${index + 1} of ${items.length}`,
    };
  });
}

function itemsOf(reading: Reading, data: unknown, at: At): Value[] | undefined {
  const parsed = repeat.safeParse(data);
  if (!parsed.success || typeof parsed.data === "string") {
    const path = [...at.path, "repeat"];
    if (typeof data === "string") {
      const message = `"repeat" must be a number of times or a list, not ${describe(data)}`;
      reading.report.add(reading.document.valueAt(path), "bad-value", message, {
        hint: "it is known before the run: it comes from vars or matrix",
      });
    } else if (!parsed.success) reportIssues(parsed.error.issues, { ground: reading, data, path });
    return undefined;
  }
  const { data: times } = parsed;
  return typeof times === "number" ? Array.from({ length: times }, (_, index) => index + 1) : times;
}

function withItem(reading: Reading, item: Value): Reading {
  return {
    ...reading,
    constants: new Map([...reading.constants, [itemName, item]]),
    scope: new Map([...reading.scope, [itemName, item]]),
  };
}
