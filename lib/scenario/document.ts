/**
 * YAML text as plain data whose every part knows its place. Only the small, safe part of YAML is
 * let through: one document, YAML 1.2 core, no anchors, aliases, merge keys or tags.
 *
 *     text ─tokens (refusals, depth)─> nodes ─> data + places
 *
 * @module
 */
import { Composer, type Document, isMap, isNode, isScalar, isSeq, type Node, Parser } from "yaml";
import { Lines } from "./lines.ts";
import type { Place } from "./model.ts";
import type { Report } from "./report.ts";
import { refuse } from "./refuse.ts";
import { explainYaml } from "./yaml_error.ts";

/** Keys and indexes that lead to a part of the document. */
export type Path = readonly (string | number)[];

/** Bytes a scenario may have: a hundred times a long one, and still read in about a second. */
const bytesMax = 256 * 1024;

/** A document that was read. */
export interface SourceDocument {
  /** Maps, lists and scalars as YAML 1.2 core knows them. */
  data: unknown;
  /** Where the value at a path starts, or its nearest parent that exists. */
  valueAt(path: Path): Place;
  /** Where the key at a path starts, or as {@link SourceDocument.valueAt} for an item of a list. */
  keyAt(path: Path): Place;
  /**
   * Where a text stands inside the value at a path, or where the value starts; `nth`, from 0, says
   * which of its occurrences.
   */
  textAt(path: Path, text: string, nth?: number): Place;
  /** Number of the last line. */
  lines: number;
}

/** What a file is meant to hold. */
export interface DocumentKind {
  /** `scenario`, for messages. */
  holds: string;
  /** What to do about a file that holds something else. */
  hint: string;
  /** The path of a file whose steps another one uses: its places carry it. */
  used?: string;
}

const scenarioKind = {
  holds: "scenario",
  hint: 'a scenario begins with "scenario: what it shows"',
};

/** Reads one YAML document. Mistakes go to the report; undefined when there is nothing to go on with. */
export function readDocument(
  text: string,
  report: Report,
  { holds, hint, used }: DocumentKind = scenarioKind,
): SourceDocument | undefined {
  const inFile = (at: Place): Place => used === undefined ? at : { file: used, ...at };
  if (new TextEncoder().encode(text).length > bytesMax) {
    report.add(inFile({ line: 1, column: 1 }), "too-big", "the file is larger than 256kB", {
      hint: "one file holds one scenario",
    });
    return undefined;
  }
  const lines = new Lines(text);
  const place = (offset: number): Place => inFile(lines.place(offset));
  const tokens = [...new Parser().parse(text)];
  if (!refuse(tokens, place, report)) return undefined;
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [document] = composer.compose(tokens, true, text.length);
  if (!document) return undefined;
  for (const { offset, message, hint } of explainYaml(document, text)) {
    report.add(place(offset), "yaml", message, { hint });
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null || !isMap(document.contents)) {
    const message = `the file holds no ${holds}`;
    report.add(place(document.contents?.range?.[0] ?? 0), "yaml", message, { hint });
    return undefined;
  }
  const data = toData(document.contents, (offset, message, hint) => {
    report.add(place(offset), "bad-value", message, { hint });
  });
  return { data, lines: lines.last, ...places(document, text, place) };
}

type Complain = (offset: number, message: string, hint: string) => void;

function toData(node: unknown, complain: Complain): unknown {
  if (isMap(node)) {
    const map: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      const offset = isNode(key) ? key.range?.[0] ?? 0 : 0;
      if (!isScalar(key) || key.value === null || key.value === "__proto__") {
        complain(offset, "this cannot be used as a name", "a name is a plain word");
        continue;
      }
      map[keyText(key)] = toData(value, complain);
    }
    return map;
  }
  if (isSeq(node)) return node.items.map((item) => toData(item, complain));
  if (!isScalar(node)) return null;
  const { value } = node;
  const isExact = typeof value !== "number" || Number.isFinite(value) &&
      (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (!isExact) {
    complain(node.range?.[0] ?? 0, `the number ${node.source} has no exact form`, "quote it");
    return node.source ?? "";
  }
  return value;
}

/** The key as it was written: `1.10` is not `1.1`. */
function keyText(key: { value: unknown; source?: string | undefined }): string {
  return typeof key.value === "string" ? key.value : key.source ?? String(key.value);
}

function places(document: Document, text: string, place: (offset: number) => Place) {
  /** The key and the value at a path; undefined where the path leads out of the document. */
  const find = (path: Path): { key: Node | undefined; value: Node | undefined } | undefined => {
    let key: Node | undefined;
    let value: unknown = document.contents;
    for (const part of path) {
      if (isMap(value)) {
        const pair = value.items.find((item) => isScalar(item.key) && keyText(item.key) === part);
        if (!pair) return undefined;
        key = pair.key as Node;
        value = pair.value;
      } else if (isSeq(value) && typeof part === "number" && part < value.items.length) {
        key = undefined;
        value = value.items[part];
      } else {
        return undefined;
      }
    }
    return { key, value: isNode(value) ? value : undefined };
  };
  const closest = (path: Path) => {
    for (let length = path.length; length > 0; length--) {
      const found = find(path.slice(0, length));
      if (found) return { ...found, isExact: length === path.length };
    }
    return { key: undefined, value: document.contents as Node, isExact: path.length === 0 };
  };
  const startOf = (node: Node | undefined) => place(node?.range?.[0] ?? 0);
  return {
    valueAt: (path: Path) => {
      const { key, value, isExact } = closest(path);
      // What is missing from a map is best shown at the map's own name.
      return startOf(isExact || isMap(value) && !key ? value ?? key : key ?? value);
    },
    keyAt: (path: Path) => {
      const { key, value } = closest(path);
      return startOf(key ?? value);
    },
    textAt: (path: Path, part: string, nth = 0) => {
      const { key, value } = closest(path);
      const [start, end] = value?.range ?? [0, 0];
      const source = text.slice(start, end);
      let found = source.indexOf(part);
      for (let skip = nth; skip > 0 && found >= 0; skip--) found = source.indexOf(part, found + 1);
      return found < 0 ? startOf(value ?? key) : place(start + found);
    },
  };
}
