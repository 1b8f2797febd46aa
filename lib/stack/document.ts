/**
 * Compose's YAML as a tree: anchors, aliases and merge keys are expanded here, and bounded, so a
 * file of a few lines cannot grow into gigabytes.
 *
 * @module
 */
import { isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, type Scalar } from "yaml";
import { mistake, type Place, type SourceFile } from "./source_file.ts";
import type { Entry, Mapping, MergeTag, Value } from "./tree.ts";

/** Parts a file may have after its aliases are expanded. */
const partsMax = 100_000;
/** How deep maps and lists may be nested; an alias to its own parent has no end. */
const depthMax = 50;

/**
 * Reads the one document of a file.
 * @throws {StackError} when it is not YAML, or no map.
 */
export function readDocument(file: SourceFile): Mapping {
  const documents = parseAllDocuments(file.text, {
    version: "1.2",
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (second) {
    throw mistake({ file, offset: second.range?.[0] ?? 0 }, {
      message: "a second YAML document begins here",
      hint: "one file holds one stack",
      code: "unsupported-yaml",
    });
  }
  const problem = document?.errors[0] ??
    document?.warnings.find((warning) => warning.code !== "TAG_RESOLVE_FAILED");
  if (problem) {
    const message = problem.code === "DUPLICATE_KEY"
      ? "this key is given twice in the same map"
      : `YAML: ${problem.message.charAt(0).toLowerCase()}${problem.message.slice(1)}`;
    throw mistake({ file, offset: problem.pos[0] }, { message, code: "yaml" });
  }
  if (!document || !isMap(document.contents)) {
    throw mistake({ file, offset: 0 }, {
      message: "the file is not a compose file",
      hint: `a compose file is a map that begins with "services:"`,
      code: "yaml",
    });
  }
  const resolve = (node: Node) => isAlias(node) ? node.resolve(document) : node;
  return new Builder(file, resolve).build(document.contents, 0) as Mapping;
}

class Builder {
  readonly #file: SourceFile;
  readonly #resolve: (node: Node) => Node | undefined;
  #parts = 0;

  constructor(file: SourceFile, resolve: (node: Node) => Node | undefined) {
    this.#file = file;
    this.#resolve = resolve;
  }

  build(node: Node | null, depth: number): Value {
    const place = this.#place(node);
    if (++this.#parts > partsMax || depth > depthMax) {
      throw mistake(place, {
        message: depth > depthMax
          ? `nested deeper than ${depthMax} levels`
          : `more than ${partsMax} parts after aliases are expanded`,
        code: depth > depthMax ? "too-deep" : "too-big",
      });
    }
    if (isAlias(node)) {
      const anchored = this.#resolve(node);
      if (anchored) return this.build(anchored, depth + 1);
      throw mistake(place, { message: `no anchor "&${node.source}" before this`, code: "yaml" });
    }
    const tag = this.#tag(node, place);
    if (isMap(node)) return { kind: "map", entries: this.#entries(node, depth), place, ...tag };
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node, depth + 1));
      return { kind: "list", items, place, ...tag };
    }
    return { kind: "scalar", value: isScalar(node) ? scalarValue(node) : null, place, ...tag };
  }

  /** Own keys win over merged ones, an earlier merged map over a later one. */
  #entries(node: Node, depth: number): Map<string, Entry> {
    const own = new Map<string, Entry>();
    const merged: Map<string, Entry>[] = [];
    for (const { key, value } of isMap<Node, Node | null>(node) ? node.items : []) {
      const place = this.#place(key);
      if (!isScalar(key)) throw mistake(place, { message: "a key is a plain word" });
      if (typeof key.value === "symbol") {
        merged.push(...this.#mergedMaps(value, place, depth));
      } else {
        own.set(keyText(key), { place, value: this.build(value, depth + 1) });
      }
    }
    const all = new Map<string, Entry>();
    for (const map of [own, ...merged]) {
      for (const [name, entry] of map) if (!all.has(name)) all.set(name, entry);
    }
    return all;
  }

  #mergedMaps(node: Node | null, place: Place, depth: number): Map<string, Entry>[] {
    const value = this.build(node, depth + 1);
    const maps = value.kind === "list" ? value.items : [value];
    return maps.map((map) => {
      if (map.kind === "map") return map.entries;
      throw mistake(place, { message: "<< merges a map or a list of maps" });
    });
  }

  #tag(node: Node | null, place: Place): { tag?: MergeTag } {
    const tag = node?.tag;
    if (tag === "!reset" || tag === "!override") return { tag };
    if (tag?.startsWith("!")) {
      throw mistake(place, {
        message: `the tag ${tag} means nothing in a compose file`,
        code: "unsupported-yaml",
      });
    }
    return {};
  }

  #place(node: Node | null | undefined): Place {
    return { file: this.#file, offset: node?.range?.[0] ?? 0 };
  }
}

/** The key as it was written: `5432` and `1.10` are names here. */
function keyText(key: Scalar): string {
  return typeof key.value === "string" ? key.value : key.source ?? String(key.value);
}

/** As Compose's parser reads them: a leading 0 makes a number octal, huge ones keep their digits. */
function scalarValue({ value, source }: Scalar): string | number | boolean | null {
  if (typeof value === "number") {
    if (source !== undefined && /^0[0-7]+$/.test(source)) return parseInt(source, 8);
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? source ?? "" : value;
  }
  return typeof value === "string" || typeof value === "boolean" ? value : null;
}
