/**
 * What the stack promises, with units.
 *
 * @module
 */
import { nearest } from "../scenario/nearest.ts";
import { parseSize } from "../sql/size.ts";
import { parseDuration } from "../time/duration.ts";
import type { Objectives } from "./model.ts";
import type { ComposeSource } from "./services.ts";
import { mistake } from "./source_file.ts";
import { child, entriesOf } from "./tree.ts";

/** How an objective is written, and where it goes in the model. */
export const known = {
  staleness: { unit: "duration", field: "stalenessMs" },
  outage: { unit: "size", field: "outageBytes" },
  rpo: { unit: "duration", field: "rpoMs" },
  rto: { unit: "duration", field: "rtoMs" },
  wal_retained: { unit: "size", field: "walRetainedBytes" },
} as const;

const words = ["mode", ...Object.keys(known)];

/**
 * Reads `x-pgproof.objectives`.
 * @throws {StackError} at a word that is none of them, or a value without a unit.
 */
export function readObjectives({ tree, file }: ComposeSource): Objectives {
  const found: Objectives = {};
  const map = child(tree.entries.get("x-pgproof")?.value, "objectives");
  const places = new Map(entriesOf(map));
  for (const [word, value] of Object.entries(file["x-pgproof"]?.objectives ?? {})) {
    const { place, value: node } = places.get(word)!;
    const text = String(value);
    if (word === "mode") {
      if (text !== "async" && text !== "sync") {
        const near = nearest(text, ["async", "sync"]);
        throw mistake(node.place, {
          message: `"${text}" is no mode`,
          hint: near === undefined ? "async or sync" : `did you mean "${near}"?`,
        });
      }
      found.mode = text;
      continue;
    }
    if (!Object.hasOwn(known, word)) {
      const near = nearest(word, words);
      throw mistake(place, {
        message: `unknown objective "${word}"`,
        hint: near === undefined ? `known: ${words.join(", ")}` : `did you mean "${near}"?`,
        code: "unknown-word",
      });
    }
    const { unit, field } = known[word as keyof typeof known];
    const amount = unit === "duration" ? parseDuration(text) : parseSize(text);
    if (amount === undefined) {
      throw mistake(node.place, {
        message: `${word} is a ${unit} with its unit`,
        hint: unit === "duration" ? "us, ms, s, min, h or d: 2s" : "B, kB, MB, GB or TB: 64MB",
      });
    }
    found[field] = amount;
  }
  return found;
}
