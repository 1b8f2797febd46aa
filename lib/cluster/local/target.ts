/**
 * The local target: real PostgreSQL processes on this machine, no Docker.
 *
 *     cache    server binaries, template data directories, journals (kept)
 *     RUN      one directory per target: copies made ahead, a directory per cluster (removed)
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import type { Stack } from "../../stack/model.ts";
import { type Cluster, type CreateOptions, NodeError, type Target } from "../model.ts";
import { canRun, runProgram, serverAccount } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { removeAll } from "./cache.ts";
import { lacking } from "./capabilities.ts";
import { LocalCluster } from "./cluster.ts";
import { Journal } from "./journal.ts";
import type { Surroundings } from "./node.ts";
import { runDirectory } from "./run_directory.ts";
import { settingsOf } from "./settings.ts";
import { Stock } from "./stock.ts";
import { type DataRecipe, own, recipeOf, template } from "./template.ts";
import { withChecksums } from "../checksums.ts";
import { Trash } from "./trash.ts";

/** How to open the target. */
export interface LocalOptions {
  /** `14` to `18`, or a bin directory. */
  postgres: string;
  /** Bounds the opening, a first download included. */
  signal: AbortSignal;
  /** For how many clusters copies are kept ready in the background; 0 for none. */
  ahead: number;
}

/** The local target, with what benchmarks need to know besides. */
export interface LocalTarget extends Target {
  /** Always this. */
  readonly name: "local";
  /** Resolves when the copies to be kept ready are there. */
  readonly filled: Promise<void>;
}

/** How many removed clusters may wait for deletion when another one is created. */
const trashMax = 3;

const noChange = { settings: {}, nodeSettings: {} };

/** Binaries that the servers' account can run: those of a cache in root's home are linked into RUN. */
async function reachable(
  binaries: Binaries,
  directory: string,
  signal: AbortSignal,
): Promise<Binaries> {
  const account = serverAccount();
  if (await canRun(account, join(binaries.bin, "postgres"), signal)) return binaries;
  if (!binaries.cached) {
    throw new NodeError(`Cannot run ${binaries.bin}/postgres: user ${account.uid} cannot reach it`);
  }
  const from = dirname(binaries.bin);
  const to = join(directory, basename(from));
  try {
    await runProgram("cp", ["-al", from, to], { signal });
  } catch (error) {
    // Another file system.
    if (!(error instanceof NodeError)) throw error;
    await removeAll(to);
    await runProgram("cp", ["-a", from, to], { signal });
  }
  return { ...binaries, bin: join(to, "bin") };
}

class Local implements LocalTarget {
  readonly name = "local";
  readonly description: string;
  readonly postgres: { text: string; number: number };
  readonly stack: Stack;
  readonly changes = ["archive", "checksums"] as const;
  readonly #directory: string;
  readonly #surroundings: Surroundings;
  readonly #trash: Trash;
  readonly #journal: Journal;
  /** By recipe. */
  readonly #stocks = new Map<string, Promise<Stock>>();
  /** That of the stack as it is. */
  #stock: Stock | undefined;
  #clusters = new Set<LocalCluster>();
  #number = 0;
  #closing: Promise<void> | undefined;

  constructor(stack: Stack, directory: string, surroundings: Surroundings, journal: Journal) {
    this.#journal = journal;
    const { version, origin } = surroundings.binaries;
    this.stack = stack;
    this.description = `PostgreSQL ${version.text} from ${origin}`;
    this.postgres = version;
    this.#directory = directory;
    this.#trash = new Trash(directory);
    this.#surroundings = surroundings;
  }

  get filled(): Promise<void> {
    return this.#stock?.filled ?? Promise.resolve();
  }

  get #workplace(): string {
    return join(this.#directory, "work");
  }

  /** Makes the template and begins to copy it. */
  async warm(ahead: number, signal: AbortSignal): Promise<void> {
    await Deno.mkdir(this.#workplace, { mode: 0o700 });
    own(this.#workplace, this.#surroundings.account);
    this.#stock = await this.#stockOf(this.#recipe(noChange), signal, ahead);
    this.#stock.fill();
  }

  #recipe(change: CreateOptions["change"]): DataRecipe {
    const primary = this.stack.nodes.find(({ role }) => role === "primary");
    if (!primary) throw new NodeError(`Cannot start ${this.stack.file}: it has no primary`);
    const recipe = recipeOf(primary, settingsOf(primary, change));
    return withChecksums(recipe, change.checksums, this.postgres.number);
  }

  /** The stock of copies for a recipe; its template is made when there is none yet. */
  #stockOf(recipe: DataRecipe, signal: AbortSignal, ahead: number): Promise<Stock> {
    const key = JSON.stringify(recipe);
    const known = this.#stocks.get(key);
    if (known) return known;
    const { binaries, account } = this.#surroundings;
    const count = this.stack.nodes.length;
    const made = template(recipe, binaries, { workplace: this.#workplace, account, signal })
      .then((path) => {
        const counts = { ready: ahead * count, used: Math.max(1, ahead) * count };
        return new Stock(path, this.#workplace, counts);
      });
    this.#stocks.set(key, made);
    // The next one tries anew: this signal's end is not the recipe's fault.
    made.catch(() => this.#stocks.delete(key));
    return made;
  }

  lacks(capability: string): string | undefined {
    return lacking(capability, this.#surroundings.binaries);
  }

  async create({ change, signal }: CreateOptions): Promise<Cluster> {
    if (this.#closing) throw new NodeError("Cannot create a cluster: the target is closed");
    for (let attempt = 1;; attempt++) {
      try {
        return await this.#create(change, signal);
      } catch (error) {
        // Somebody took a port in the moment between its choice and its use.
        const log = error instanceof NodeError ? error.log.join("\n") : "";
        if (attempt === 3 || !/could not bind.*Address already in use/.test(log)) throw error;
      } finally {
        this.#stock?.fill();
      }
    }
  }

  async #create(change: CreateOptions["change"], signal: AbortSignal): Promise<Cluster> {
    // Where deleting is slower than creating, the disk must not fill up.
    if (this.#trash.count > trashMax) await this.#trash.empty();
    const recipe = this.#recipe(change);
    const directory = join(this.#directory, String(++this.#number));
    try {
      const cluster = new LocalCluster({
        ...{ stack: this.stack, change, recipe, directory, surroundings: this.#surroundings },
        stock: await this.#stockOf(recipe, signal, 0),
        trash: this.#trash,
      });
      this.#clusters.add(cluster);
      await cluster.start(signal);
      return cluster;
    } catch (error) {
      if (error instanceof NodeError || !signal.aborted) throw error;
      throw new NodeError(`Cannot create a cluster: ${(error as Error).message}`, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    const stocks = await Promise.allSettled(this.#stocks.values());
    for (const stock of stocks) if (stock.status === "fulfilled") await stock.value.close();
    await Promise.all([...this.#clusters].map((cluster) => cluster.remove()));
    await this.#trash.empty();
    // The journal stays with what is kept: `clean` removes both once this process has ended.
    if ([...this.#clusters].some(({ isKept }) => isKept)) return;
    await removeAll(this.#directory);
    await this.#journal.close();
  }
}

/**
 * Opens the local target for a stack: finds the binaries, makes the template, begins to fill the stock.
 * @throws {NodeError} when PostgreSQL cannot be had or initialised; nothing is left behind.
 */
export async function openLocalTarget(stack: Stack, options: LocalOptions): Promise<LocalTarget> {
  const { signal } = options;
  if (Deno.build.os === "windows") {
    throw new NodeError("Cannot use the local target on Windows: it needs signals and sh");
  }
  const found = await findBinaries(options.postgres, signal);
  const directory = await runDirectory(signal);
  const journal = await Journal.open(directory);
  try {
    await Deno.mkdir(directory, { mode: 0o711 });
    const binaries = await reachable(found, directory, signal);
    const account = serverAccount();
    const target = new Local(stack, directory, { binaries, account }, journal);
    await target.warm(options.ahead, signal);
    return target;
  } catch (error) {
    await removeAll(directory);
    await journal.close();
    throw error;
  }
}
