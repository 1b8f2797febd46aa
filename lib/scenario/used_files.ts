/**
 * Files whose steps a scenario uses: found from the file that uses them, each read once.
 *
 * @module
 */
import { posix } from "node:path";
import { readDocument, type SourceDocument } from "./document.ts";
import type { Report } from "./report.ts";
import { type FileText, readTextFile } from "./text_file.ts";

/** A used file: its document, or why there is none. */
export type UsedFile = { document: SourceDocument } | { problem: string | undefined };

/** Reads the text of a file by its path. */
export type ReadText = (path: string) => FileText;

/** The used files of one scenario. */
export class UsedFiles {
  readonly #read: ReadText;
  readonly #report: Report;
  readonly #files = new Map<string, UsedFile>();
  /** Text of each file that could be read, by path. */
  readonly texts = new Map<string, string>();

  constructor(report: Report, read: ReadText = readTextFile) {
    this.#report = report;
    this.#read = read;
  }

  /** A file by the path that {@link usedPath} makes; what is wrong with its YAML is reported. */
  open(path: string): UsedFile {
    const known = this.#files.get(path);
    if (known) return known;
    const found = this.#open(path);
    this.#files.set(path, found);
    return found;
  }

  #open(path: string): UsedFile {
    const found = this.#read(path);
    if ("problem" in found) return found;
    this.texts.set(path, found.text);
    const kind = { holds: "steps", hint: 'a file to be used begins with "steps:"', used: path };
    const document = readDocument(found.text, this.#report, kind);
    return document ? { document } : { problem: undefined };
  }
}

/** The path of a used file as it is written in the file that uses it. */
export function usedPath(from: string, written: string): string {
  return posix.normalize(posix.join(posix.dirname(from), written));
}
