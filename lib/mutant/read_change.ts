/**
 * One change of a mutant, from words that fit their grammar.
 *
 * @module
 */
import type { z } from "zod";
import type { Path, SourceDocument } from "../scenario/document.ts";
import type { Report } from "../scenario/report.ts";
import type { changes } from "./grammar.ts";
import type { Change, Written } from "./model.ts";
import { exactlyOne } from "./words.ts";

type Kinds = typeof changes;

/** A change by its kind, as its grammar has read it. */
export type ChangeWords = {
  [Kind in keyof Kinds]: { kind: Kind; words: z.output<Kinds[Kind]> };
}[keyof Kinds];

interface At {
  document: SourceDocument;
  report: Report;
  path: Path;
}

/** The change; undefined, and reported, when its words do not fit together. */
export function changeOf(at: At, { kind, words }: ChangeWords): Change | undefined {
  const place = at.document.keyAt([...at.path, kind]);
  switch (kind) {
    case "setting": {
      if (!exactlyOne(at, at.path, words, ["is", "remove"])) return undefined;
      if (words.remove && words.node !== undefined) {
        const message = `"remove" takes a line out of the file of all nodes`;
        at.report.add(at.document.keyAt([...at.path, "node"]), "misplaced-word", message);
        return undefined;
      }
      const { setting: name, node, is: value } = words;
      return { kind, place, name, ...given({ node, value }) };
    }
    case "compose":
    case "scenario": {
      const written = writtenOf(at, words);
      const path = kind === "compose" ? words.compose : words.scenario;
      return written && { kind, place, path, written };
    }
    case "file": {
      const { file, node, replace, by, append } = words;
      if (!exactlyOne(at, at.path, words, ["replace", "append"])) return undefined;
      if ((replace === undefined) !== (by === undefined)) {
        at.report.add(place, "missing-word", `"replace" says what, "by" says by what`);
        return undefined;
      }
      return { kind, place, file, ...given({ node, replace, by, append }) };
    }
    case "sql": {
      const { sql: statements, node, until } = words;
      return { kind, place, statements, node, ...given({ until }) };
    }
  }
}

function writtenOf(
  at: At,
  words: Partial<Record<"is" | "remove" | "before" | "after", unknown>>,
): Written | undefined {
  const word = exactlyOne(at, at.path, words, ["is", "remove", "before", "after"]);
  return word && ({ [word]: words[word] } as unknown as Written);
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** What is there of some words. */
function given<T extends Record<string, unknown>>(words: T): Given<T> {
  return Object.fromEntries(
    Object.entries(words).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
