/**
 * YAML text as plain data whose every part knows its place. Only the small, safe part of YAML is
 * let through: one document, YAML 1.2 core, no anchors, aliases, merge keys or tags.
 *
 *     text ─tokens (refusals, depth)─> nodes ─> data + places
 *
 * @module
 */
import {
  Composer,
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
} from "yaml";
import type { Place } from "./model.ts";
import type { Report } from "./report.ts";
import { refuse } from "./refuse.ts";

/** Keys and indexes that lead to a part of the document. */
export type Path = readonly (string | number)[];

/** Bytes a scenario may have. */
const bytesMax = 1024 * 1024;

/** A document that was read. */
export interface SourceDocument {
  /** Maps, lists and scalars as YAML 1.2 core knows them. */
  data: unknown;
  /** Where the value at a path starts, or its nearest parent that exists. */
  valueAt(path: Path): Place;
  /** Where the key at a path starts, or as {@link SourceDocument.valueAt} for an item of a list. */
  keyAt(path: Path): Place;
  /** Where a text stands inside the value at a path, or where the value starts. */
  textAt(path: Path, text: string): Place;
  /** Number of the last line. */
  lines: number;
}

/**
 * Reads one YAML document. Mistakes go to the report; undefined when there is nothing to go on with.
 */
export function readDocument(text: string, report: Report): SourceDocument | undefined {
  if (new TextEncoder().encode(text).length > bytesMax) {
    report.add({ line: 1, column: 1 }, "too-big", "the file is larger than 1MB", {
      hint: "one file holds one scenario",
    });
    return undefined;
  }
  const lineCounter = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(Math.max(0, Math.min(offset, text.length)));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = [...new Parser(lineCounter.addNewLine).parse(text)];
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
  for (const problem of [...document.errors, ...document.warnings]) {
    report.add(place(problem.pos[0]), "yaml", explain(problem.code, problem.message));
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null || !isMap(document.contents)) {
    report.add(place(document.contents?.range?.[0] ?? 0), "yaml", "the file holds no scenario", {
      hint: `a scenario begins with "scenario: what it shows"`,
    });
    return undefined;
  }
  const data = toData(document.contents, (offset, message, hint) => {
    report.add(place(offset), "bad-value", message, { hint });
  });
  return { data, lines: lineCounter.lineStarts.length, ...places(document, text, place) };
}

function explain(code: string, message: string): string {
  if (code === "DUPLICATE_KEY") return "this word is given twice in the same map";
  if (code === "TAB_AS_INDENT") return "YAML is indented by spaces, not by tabs";
  return `YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
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
    textAt: (path: Path, part: string) => {
      const { key, value } = closest(path);
      const [start, end] = value?.range ?? [0, 0];
      const found = text.slice(start, end).indexOf(part);
      return found < 0 ? startOf(value ?? key) : place(start + found);
    },
  };
}
