/**
 * Copies of a template, made ahead while the harness does other things so that a cluster need not wait
 * for them, and taken back when the cluster is removed.
 *
 * @module
 */
import { join } from "node:path";
import { removeAll } from "./cache.ts";
import { Copy } from "./copy.ts";

/** A stock of copies of one template. */
export class Stock {
  readonly #template: string;
  readonly #directory: string;
  readonly #size: number;
  readonly #keep: number;
  readonly #abort = new AbortController();
  readonly #ready: Copy[] = [];
  readonly #used: Copy[] = [];
  #wanted = false;
  #filling: Promise<void> = Promise.resolve();

  /**
   * `ready` copies are to lie in `directory`, which must exist; up to `used` are kept that were taken
   * back and are not as new.
   */
  constructor(template: string, directory: string, counts: { ready: number; used: number }) {
    this.#template = template;
    this.#directory = directory;
    this.#size = counts.ready;
    this.#keep = counts.used;
  }

  /** Begins to fill up in the background, one copy at a time. */
  fill(): void {
    this.#wanted = true;
    this.#filling = this.#filling.then(async () => {
      while (this.#wanted && this.#ready.length < this.#size) {
        this.#ready.push(await this.#make(this.#abort.signal));
      }
    }).catch(() => {
      // Whoever takes makes what is missing, and meets the reason.
    });
  }

  /** Resolves when a started filling has ended. */
  get filled(): Promise<void> {
    return this.#filling;
  }

  async #make(signal: AbortSignal): Promise<Copy> {
    const used = this.#used.pop();
    if (used) {
      try {
        await used.refresh(signal);
        return used;
      } catch {
        await removeAll(used.path);
      }
    }
    const path = join(this.#directory, `copy-${crypto.randomUUID().slice(0, 8)}`);
    return await Copy.make(this.#template, path, signal);
  }

  /**
   * Takes copies out; what is not there yet is made now. Filling rests until `fill()` is called again:
   * it would take the machine from the cluster that is to start.
   */
  async take(count: number, signal: AbortSignal): Promise<Copy[]> {
    this.#wanted = false;
    if (this.#ready.length < count) await this.#filling;
    const taken = this.#ready.splice(0, count);
    const missing = Array.from({ length: count - taken.length }, () => this.#make(signal));
    const made = await Promise.allSettled(missing);
    for (const result of made) if (result.status === "fulfilled") taken.push(result.value);
    const failed = made.find((result) => result.status === "rejected");
    if (failed) {
      this.#ready.push(...taken);
      throw failed.reason;
    }
    for (const copy of taken) copy.take();
    return taken;
  }

  /**
   * Takes back a copy that now lies at `path`, no server using it. What is not wanted stays there.
   * @throws when it cannot be moved.
   */
  async giveBack(copy: Copy, path: string): Promise<void> {
    if (this.#abort.signal.aborted || this.#used.length >= this.#keep) return;
    try {
      await Deno.rename(path, copy.path);
      this.#used.push(copy);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Ends filling. The directory is its owner's to remove. */
  async close(): Promise<void> {
    this.#wanted = false;
    this.#abort.abort();
    await this.#filling;
  }
}
