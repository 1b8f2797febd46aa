/**
 * What one reading of a stack gathers: the files it opened, and what it could not take into account.
 *
 * @module
 */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { cite, type Place, SourceFile } from "./source_file.ts";
import { StackError } from "./error.ts";

/** Bytes a file of the stack that is read as text may have. */
const bytesMax = 4 * 1024 * 1024;

/** The state of one reading. */
export class Reading {
  /** Absolute folder of the stack file. */
  readonly directory: string;
  /** What `${NAME}` stands for. */
  environment: Readonly<Record<string, string>>;
  readonly #given: string;
  readonly #files = new Map<string, SourceFile>();
  readonly #unread = new Set<string>();

  constructor(stackFile: string, environment: Readonly<Record<string, string>>) {
    this.#given = dirname(stackFile);
    this.directory = resolve(this.#given);
    this.environment = environment;
  }

  /** Notes what cannot be taken into account. */
  note(place: Place, sentence: string): void {
    this.#unread.add(`${cite(place)}: ${sentence}`);
  }

  /** What was noted, each once, in the order it was met. */
  get unread(): string[] {
    return [...this.#unread];
  }

  /** Absolute paths of the files that were opened. */
  get paths(): string[] {
    return [...this.#files.keys()];
  }

  /** A path as the model says it: relative to the folder of the stack file. */
  nameOf(path: string): string {
    return relative(this.directory, path).replaceAll("\\", "/");
  }

  /** A path as the user can open it. */
  shownAs(path: string): string {
    const name = relative(this.directory, path);
    return isAbsolute(this.#given) ? path : join(this.#given, name);
  }

  /**
   * The text of a file; undefined when there is none. `base` is where relative paths in it start:
   * by default its own folder.
   * @throws {StackError} when it is there and cannot be read.
   */
  async open(path: string, base: string = dirname(path)): Promise<SourceFile | undefined> {
    const known = this.#files.get(path);
    if (known) return known;
    let text: string;
    try {
      const { size } = await Deno.stat(path);
      if (size > bytesMax) throw new RangeError("it is larger than 4MB");
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      const why = error instanceof Error ? error.message : String(error);
      throw this.unreadable(path, `cannot read the file: ${why}`, error);
    }
    const names = { shown: this.shownAs(path), name: this.nameOf(path), path, base };
    const file = new SourceFile(names, text.replace(/^\uFEFF/, ""));
    this.#files.set(path, file);
    return file;
  }

  /** The error to throw for a file that cannot be read. */
  unreadable(path: string, message: string, cause?: unknown): StackError {
    const place = { file: this.shownAs(path), line: 1, column: 1 };
    return new StackError({ ...place, message, code: "unreadable" }, undefined, cause);
  }
}
