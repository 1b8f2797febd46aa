/**
 * Edits of YAML texts: comments, order and everything else stay as they are.
 *
 * @module
 */
import { type Document, isMap, isSeq, parseDocument } from "yaml";
import type { Path } from "../scenario/document.ts";
import { ChangeError } from "./error.ts";
import type { Written } from "./model.ts";

/** A YAML text that is being edited. */
export class YamlText {
  readonly #document: Document;
  /** How the text is called in messages. */
  readonly #name: string;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#document = parseDocument(text, { version: "1.2", merge: true });
  }

  /** Plain data at a path; undefined where there is nothing. */
  get(path: Path): unknown {
    const found = this.#document.getIn(this.#resolve(path));
    return isMap(found) || isSeq(found) ? found.toJS(this.#document) : found;
  }

  /**
   * Writes at a path. In a list a text means the item of that `name`.
   * @throws {ChangeError} when there is nothing where something must be, or nothing would change.
   */
  write(path: Path, written: Written): void {
    const resolved = this.#resolve(path);
    if ("is" in written) return this.#set(resolved, written.is);
    if ("remove" in written) {
      if (this.#document.deleteIn(resolved)) return;
      throw new ChangeError(`there is no ${path.join(".")} in ${this.#name}`);
    }
    const at = resolved.at(-1);
    const list = this.#document.getIn(resolved.slice(0, -1));
    if (!isSeq(list) || typeof at !== "number") {
      throw new ChangeError(`${path.join(".")} of ${this.#name} is no item of a list`);
    }
    const isBefore = "before" in written;
    const items = isBefore ? written.before : written.after;
    const nodes = items.map((item) => this.#document.createNode(item));
    list.items.splice(isBefore ? at : at + 1, 0, ...nodes);
  }

  #set(path: Path, value: unknown): void {
    const before = this.get(path);
    if (JSON.stringify(before) === JSON.stringify(value)) {
      throw new ChangeError(`${path.join(".")} of ${this.#name} is so already`);
    }
    try {
      this.#document.setIn(path, this.#document.createNode(value, { flow: true }));
    } catch (error) {
      throw new ChangeError(
        `cannot write ${path.join(".")} of ${this.#name}: ${(error as Error).message}`,
      );
    }
  }

  #resolve(path: Path): (string | number)[] {
    const found: (string | number)[] = [];
    for (const part of path) {
      const parent = this.#document.getIn(found);
      if (!isSeq(parent) || typeof part === "number") {
        found.push(part);
        continue;
      }
      const index = parent.items.findIndex((item) => isMap(item) && item.get("name") === part);
      if (index < 0) throw new ChangeError(`there is no "${part}" in ${this.#name}`);
      found.push(index);
    }
    return found;
  }

  /** The text as it is now. */
  toString(): string {
    return this.#document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }
}
