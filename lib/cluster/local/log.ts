/**
 * A server's log: what it writes to stderr, and the files of its logging collector where the stack
 * turns that on. A mark remembers how long each file was, so rotation loses nothing.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import type { LogMark } from "../model.ts";

/** Lengths in bytes, by path. */
type Lengths = Map<string, number>;

/** The log of one node. */
export class ServerLog {
  readonly #stderr: string;
  readonly #collected: string | undefined;
  /** Mark 0 is the beginning. */
  readonly #marks: Lengths[] = [new Map()];

  /** `collector`: its log_directory, relative to the data directory; undefined when it is off. */
  constructor(stderr: string, data: string, collector: string | undefined) {
    this.#stderr = stderr;
    if (collector === undefined) return;
    this.#collected = isAbsolute(collector) ? collector : join(data, collector);
  }

  /** The file for stderr first, then the collector's, whose names have times in them by default. */
  async #files(): Promise<string[]> {
    const names: string[] = [];
    if (this.#collected !== undefined) {
      try {
        for await (const entry of Deno.readDir(this.#collected)) {
          if (entry.isFile) names.push(entry.name);
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return [this.#stderr, ...names.toSorted().map((name) => join(this.#collected!, name))];
  }

  /** The end of the log as of now. */
  async mark(): Promise<LogMark> {
    const lengths: Lengths = new Map();
    for (const path of await this.#files()) {
      const info = await Deno.stat(path).catch(() => undefined);
      if (info) lengths.set(path, info.size);
    }
    return this.#marks.push(lengths) - 1;
  }

  /** Lines since a mark, oldest first; `limit` keeps the last ones. */
  async read(since: LogMark, limit = Infinity): Promise<string[]> {
    const lengths = this.#marks[since] ?? new Map();
    const lines: string[] = [];
    for (const path of await this.#files()) {
      const text = await readFrom(path, lengths.get(path) ?? 0);
      lines.push(...text.split("\n").filter((line) => line !== ""));
    }
    return limit < lines.length ? lines.slice(lines.length - limit) : lines;
  }
}

/** Text of a file from an offset on; from its beginning when it has become shorter. */
async function readFrom(path: string, offset: number): Promise<string> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
  if ((await file.stat()).size >= offset) await file.seek(offset, Deno.SeekMode.Start);
  return await new Response(file.readable).text();
}
