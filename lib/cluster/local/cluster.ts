/**
 * A cluster of local servers, from copies of a template to streaming replicas, and away again.
 *
 * @module
 */
import { join } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import type { Stack, StackNode } from "../../stack/model.ts";
import { type Address, type Cluster, type Node, NodeError } from "../model.ts";
import type { Account } from "./account.ts";
import { archiveFolder, withArchive } from "../archive.ts";
import { configurationOf } from "./configuration.ts";
import { unmountBelow } from "./disk.ts";
import { LocalNode, type Surroundings } from "./node.ts";
import { backupsFolder } from "./node_data.ts";
import { freePorts } from "./ports.ts";
import { type Branch, streaming } from "./streaming.ts";
import { type DataRecipe, own } from "./template.ts";
import type { Copy } from "./copy.ts";
import type { Stock } from "./stock.ts";
import type { Trash } from "./trash.ts";
import type { Verification } from "../verification.ts";
import { verifyBackup } from "./verify_backup.ts";
import { type TriedBackup, tryBackup, type Trying } from "./tried_backup.ts";

/** What a cluster is made of. */
export interface ClusterOptions {
  stack: Stack;
  change: ClusterChange;
  recipe: DataRecipe;
  /** Its directory; absent, its parent reachable by the servers' account. */
  directory: string;
  surroundings: Surroundings;
  /** Where its data directories come from, and go back to. */
  stock: Stock;
  /** Where the rest goes in the end. */
  trash: Trash;
}

/**
 * How long an immediate shutdown may take before SIGKILL, in milliseconds. A process that runs a
 * command of archiving or restoring misses the signal for it (system(3) ignores SIGQUIT meanwhile):
 * the postmaster then waits 5 s, SIGKILL_CHILDREN_AFTER_SECS of its postmaster.c.
 */
const immediateMs = 2000;

/** How long anything else of a removal may take before giving up, in milliseconds. */
const removeMs = 5000;

/**
 * The stack's nodes that take part: the primary and the first replicas, as many as the scenario wants.
 * @throws {NodeError} when there are not so many, or one of them would lose its upstream.
 */
export function takingPart(stack: Stack, { replicas }: ClusterChange): StackNode[] {
  const all = stack.nodes.filter(({ role }) => role === "replica");
  if (replicas !== undefined && replicas > all.length) {
    throw new NodeError(`Cannot take ${replicas} replicas: the stack has ${all.length}`);
  }
  const nodes = stack.nodes.filter(({ role }) => role === "primary")
    .concat(all.slice(0, replicas ?? all.length));
  for (const { name, upstream } of nodes) {
    if (upstream !== undefined && !nodes.some((other) => other.name === upstream)) {
      throw new NodeError(`Cannot start ${name}: its upstream ${upstream} does not take part`);
    }
  }
  return nodes;
}

/** Servers of this machine that make up a stack. */
export class LocalCluster implements Cluster {
  readonly nodes: readonly LocalNode[];
  readonly translations: readonly string[];
  readonly gateway = { listen: "127.0.0.1", host: "127.0.0.1" } as const;
  readonly #directory: string;
  readonly #trash: Trash;
  readonly #stock: Stock;
  readonly #archive: { folder: string; account: Account } | undefined;
  readonly #trying: Omit<Trying, "number">;
  readonly #tried: TriedBackup[] = [];
  #tries = 0;
  #copies: Copy[] = [];
  #removal: Promise<void> | undefined;
  #isKept = false;

  /** Lays the cluster out; nothing is made before {@link LocalCluster.start}. */
  constructor(options: ClusterOptions) {
    const { stack, recipe, directory, surroundings } = options;
    const change = withArchive(options.change, directory);
    this.#archive = change.archive
      ? { folder: archiveFolder(directory), account: surroundings.account }
      : undefined;
    this.#directory = directory;
    this.#trash = options.trash;
    this.#stock = options.stock;
    const backups = backupsFolder(directory);
    this.#trying = { stack, change, recipe, directory, backups, surroundings };
    const declared = takingPart(stack, change);
    const ports = freePorts(declared.length);
    const addresses = new Map<string, Address>(
      declared.map(({ name }, index) => [name, { host: "127.0.0.1", port: ports[index]! }]),
    );
    const nodes = new Map<string, LocalNode>();
    const translations = new Set<string>();
    const build = (node: StackNode): LocalNode => {
      const known = nodes.get(node.name);
      if (known) return known;
      const index = declared.indexOf(node);
      const upstream = declared.find(({ name }) => name === node.upstream);
      const own = join(directory, node.name);
      const sockets = join(directory, String(index));
      const configuration = configurationOf(stack, node, change, {
        place: {
          port: ports[index]!,
          sockets,
          hbaFile: join(own, "pg_hba.conf"),
          directory: own,
        },
        configFile: join(own, "postgresql.conf"),
        addresses,
      });
      for (const sentence of configuration.translations) translations.add(sentence);
      const built = new LocalNode({
        declared: node,
        address: addresses.get(node.name)!,
        directory: own,
        sockets,
        configuration,
        recipe,
        upstream: upstream && build(upstream),
        disks: change.disks?.[node.name] ?? [],
      }, surroundings);
      nodes.set(node.name, built);
      return built;
    };
    this.nodes = declared.map(build);
    this.translations = [...translations];
  }

  get archive(): string | undefined {
    return this.#archive?.folder;
  }

  verifyBackup(name: string, _node: Node, signal: AbortSignal): Promise<Verification> {
    const { backups: folder, surroundings } = this.#trying;
    return verifyBackup(name, { folder, ...surroundings, signal });
  }

  async tryBackup(
    name: string,
    upstream: Node,
    signal: AbortSignal,
  ): Promise<Node & AsyncDisposable> {
    if (!(upstream instanceof LocalNode)) throw new NodeError("Cannot try: not a local node");
    const trying = { ...this.#trying, upstream, number: ++this.#tries };
    const node = await tryBackup(name, trying, signal);
    this.#tried.push(node);
    return node;
  }

  /**
   * Brings it up around data directories from the stock.
   * @throws {NodeError} with what was seen; nothing is left behind.
   */
  async start(signal: AbortSignal): Promise<void> {
    try {
      this.#copies = await this.#stock.take(this.nodes.length, signal);
      await Deno.mkdir(this.#directory, { mode: 0o711 });
      if (this.#archive) {
        const { folder, account } = this.#archive;
        await Deno.mkdir(folder, { mode: 0o700 });
        own(folder, account);
      }
      await Promise.all(
        this.nodes.map((node, index) => node.prepare(this.#copies[index]!.path, signal)),
      );
      // The others need longer until they connect to it than it needs to be ready for them. One that
      // was too early is woken, see streaming.ts.
      await this.nodes[0]!.begin(signal);
      await Promise.all(this.nodes.map((node) => node.start(signal)));
      await Promise.all(this.#branches().map((branch) => streaming(branch, signal)));
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  #branches(): Branch[] {
    const branches = new Map<string, Branch>();
    for (const node of this.nodes) {
      // A primary without replicas is a branch too: it has to answer.
      if (node.declared.role === "primary") {
        branches.set(node.name, { upstream: node, replicas: [] });
      }
    }
    for (const node of this.nodes) {
      const upstream = this.nodes.find(({ name }) => name === node.declared.upstream);
      if (!upstream) continue;
      const branch: Branch = branches.get(upstream.name) ?? { upstream, replicas: [] };
      branch.replicas.push(node);
      branches.set(upstream.name, branch);
    }
    return [...branches.values()];
  }

  /** Whether it stays when its target is closed. */
  get isKept(): boolean {
    return this.#isKept;
  }

  keep(): void {
    this.#isKept = true;
    this.#removal = Promise.resolve();
  }

  remove(): Promise<void> {
    return this.#removal ??= this.#remove();
  }

  async #remove(): Promise<void> {
    const ends = await Promise.allSettled([...this.nodes, ...this.#tried].map(end));
    const failed = ends.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    try {
      await unmountBelow(this.#directory, AbortSignal.timeout(removeMs));
      await Promise.all(this.#copies.map((copy, index) => {
        const { hasDisks, data } = this.nodes[index]!;
        return this.#stock.giveBack(copy, hasDisks ? copy.path : data);
      }));
      await this.#trash.put(this.#directory);
    } catch (cause) {
      throw new NodeError(`Cannot remove ${this.#directory}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

/** Ends a server, whatever it is doing. */
async function end(node: LocalNode): Promise<void> {
  if (await node.state() === "running") {
    try {
      return await node.stop("immediate", AbortSignal.timeout(immediateMs));
    } catch { /* SIGKILL it is */ }
  }
  await node.kill(AbortSignal.timeout(removeMs));
}
