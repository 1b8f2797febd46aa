/**
 * Directories that are no longer needed, deleted in the background: four data directories take longer
 * to delete than four servers to stop.
 *
 * @module
 */
import { join } from "node:path";
import { NodeError } from "../model.ts";
import { removeAll } from "./cache.ts";

/** A place on the same file system where directories are put to be deleted. */
export class Trash {
  readonly #directory: string;
  #deleting: Promise<void> = Promise.resolve();
  #count = 0;
  #failure: NodeError | undefined;

  /** `directory` must exist. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** How many directories still wait. */
  get count(): number {
    return this.#count;
  }

  /** Takes a directory away at once and begins to delete it; one that is not there is fine. */
  async put(path: string): Promise<void> {
    const away = join(this.#directory, `trash-${crypto.randomUUID().slice(0, 8)}`);
    try {
      await Deno.rename(path, away);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    this.#count++;
    this.#deleting = this.#deleting.then(() => removeAll(away)).catch((cause) => {
      this.#failure ??= new NodeError(`Cannot remove ${away}: ${cause.message}`, { cause });
    }).finally(() => this.#count--);
  }

  /**
   * Waits until all is deleted.
   * @throws {NodeError} when something could not be.
   */
  async empty(): Promise<void> {
    await this.#deleting;
    if (this.#failure) throw this.#failure;
  }
}
