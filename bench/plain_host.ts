/**
 * Where plain clusters live: programs that the servers' account can run, a template, a directory.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { type Account, runProgram, serverAccount } from "../lib/cluster/local/account.ts";
import { findBinaries } from "../lib/cluster/local/binaries.ts";
import { removeAll } from "../lib/cluster/local/cache.ts";
import { settingsOf } from "../lib/cluster/local/settings.ts";
import { Stock } from "../lib/cluster/local/stock.ts";
import { copyTree, own, recipeOf, template } from "../lib/cluster/local/template.ts";
import type { Stack } from "../lib/stack/model.ts";
import { PlainCluster } from "./plain_cluster.ts";
import { asDeclared } from "./project.ts";

/** Makes plain clusters; disposing it removes all of them. */
export class PlainHost implements AsyncDisposable {
  readonly #stack: Stack;
  readonly #directory: string;
  readonly #account: Account = serverAccount();
  #template = "";
  #stock: Stock | undefined;
  #number = 0;

  private constructor(stack: Stack, directory: string) {
    this.#stack = stack;
    this.#directory = directory;
  }

  /** Finds the same programs and the same template as the local target. */
  static async open(
    stack: Stack,
    { postgres, signal }: { postgres: string; signal: AbortSignal },
  ): Promise<PlainHost> {
    const host = new PlainHost(stack, await Deno.makeTempDir({ prefix: "pgproof-bench-" }));
    try {
      await host.#prepare(postgres, signal);
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #prepare(postgres: string, signal: AbortSignal): Promise<void> {
    await Deno.chmod(this.#directory, 0o711);
    const binaries = await findBinaries(postgres, signal);
    if (binaries.cached) {
      await copyTree(dirname(binaries.bin), join(this.#directory, "server"), signal);
    } else await Deno.symlink(dirname(binaries.bin), join(this.#directory, "server"));
    const workplace = join(this.#directory, "work");
    await Deno.mkdir(workplace, { mode: 0o700 });
    own(workplace, this.#account);
    const primary = this.#stack.nodes.find(({ role }) => role === "primary")!;
    const recipe = recipeOf(primary, settingsOf(primary, asDeclared));
    const account = this.#account;
    this.#template = await template(recipe, binaries, { workplace, account, signal });
    const count = this.#stack.nodes.length;
    this.#stock = new Stock(this.#template, workplace, { ready: count, used: count });
  }

  #lay(): PlainCluster {
    const directory = join(this.#directory, String(++this.#number));
    Deno.mkdirSync(directory, { mode: 0o711 });
    const bin = join(this.#directory, "server", "bin");
    return new PlainCluster({ stack: this.#stack, bin, account: this.#account, directory });
  }

  /** Makes copies ready for {@link PlainHost.timeStart}. */
  async fill(): Promise<void> {
    this.#stock!.fill();
    await this.#stock!.filled;
  }

  /** Milliseconds from data directories laid ready to streaming. */
  async timeStart(signal: AbortSignal): Promise<number> {
    const stock = this.#stock!;
    const plain = this.#lay();
    const copies = await stock.take(plain.data.length, signal);
    await plain.lay((path, index) => Deno.rename(copies[index]!.path, path));
    try {
      const beganAt = performance.now();
      await plain.start(signal);
      return performance.now() - beganAt;
    } finally {
      await plain.remove();
      await Promise.all(copies.map((copy, index) => stock.giveBack(copy, plain.data[index]!)));
    }
  }

  /** Milliseconds from nothing but a template to streaming. Its files stay until the end. */
  async timeAll(signal: AbortSignal): Promise<number> {
    const beganAt = performance.now();
    const plain = this.#lay();
    await plain.lay((path) => copyTree(this.#template, path, signal));
    try {
      await plain.start(signal);
      return performance.now() - beganAt;
    } finally {
      await plain.remove();
    }
  }

  /** Removes all files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stock?.close();
    await removeAll(this.#directory);
  }
}

/** Writes out what is still to be written: the next one's fsync would wait for it. */
export async function settle(signal: AbortSignal): Promise<void> {
  await runProgram("sync", [], { signal });
}
