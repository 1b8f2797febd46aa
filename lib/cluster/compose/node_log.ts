/**
 * The log of a node in a container. A mark remembers the time stamp of the last line.
 *
 * @module
 */
import type { LogMark } from "../model.ts";
import type Docker from "./docker.ts";
import { engineGone } from "./engine.ts";
import { type LogLine, readLogs } from "./logs.ts";

/** How long the engine may take to hand over a log, in milliseconds. */
const logMs = 30_000;

/** The log of one node. */
export class NodeLog {
  readonly #container: Docker.Container;
  readonly #marks: string[] = [];

  /** Of this container. */
  constructor(container: Docker.Container) {
    this.#container = container;
  }

  /** The end of the log as of now. */
  async mark(): Promise<LogMark> {
    const last = await this.#lines({ tail: 1 });
    return this.#marks.push(last.at(-1)?.at ?? "") - 1;
  }

  /** Lines since a mark, oldest first; `limit` keeps the last ones. */
  async read(since: LogMark, limit?: number): Promise<string[]> {
    const after = this.#marks[since];
    const texts = (await this.#lines(after ? { after } : {})).map(({ text }) => text);
    return limit === undefined ? texts : texts.slice(-limit);
  }

  async #lines(options: { after?: string; tail?: number }): Promise<LogLine[]> {
    try {
      return await readLogs(this.#container, options, AbortSignal.timeout(logMs));
    } catch (error) {
      throw engineGone(error) ?? error;
    }
  }
}
