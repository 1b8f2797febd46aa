/**
 * Clusters in Docker, through the stack's own compose file.
 *
 * A cluster takes seconds to come up, so the next one starts while this one is in use, and the last
 * one goes away meanwhile.
 *
 * @module
 */
import { resolve } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import type { Stack } from "../../stack/model.ts";
import { Deadline, DeadlineError } from "../../time/deadline.ts";
import { raced } from "../../time/sleep.ts";
import { type Cluster, type CreateOptions, NodeError, type Target } from "../model.ts";
import { imagesOf } from "./available.ts";
import { lacking } from "./capabilities.ts";
import { type ComposeCluster, createCluster } from "./cluster.ts";
import { connectEngine, needImage } from "./engine.ts";
import { engineIs } from "./gateway.ts";
import type { Workshop } from "./holdings.ts";
import { keptOwner, thisOwner } from "./owner.ts";
import { type PoolerImage, poolerImage } from "./pooler.ts";
import { type Programs, readPrograms } from "./programs.ts";
import type { Subnet } from "./subnet.ts";

/** How clusters are made. */
export interface ComposeOptions {
  /** Image for every node instead of the declared ones. */
  image?: string;
  /** Bounds the opening; a missing image is pulled in it. */
  signal: AbortSignal;
  /** How many clusters to have ready before they are asked for. */
  ahead: number;
  /** Clusters outlive this process; `down` removes them. */
  keep?: boolean;
  /** How long a cluster made ahead may take, in milliseconds. */
  createMs?: number;
}

/** Default of {@link ComposeOptions.createMs}. */
const createMs = 60_000;

/**
 * Opens the target for a stack.
 * @throws {NodeError} when there is no fit engine or no image.
 */
export async function openComposeTarget(stack: Stack, options: ComposeOptions): Promise<Target> {
  const { image, signal } = options;
  const engine = await connectEngine(signal);
  const images = imagesOf(stack, image);
  for (const name of images) await needImage(engine, name, signal);
  const owner = options.keep ? keptOwner() : await thisOwner();
  const programs = await readPrograms(engine.client, { image: images[0]!, owner }, signal);
  const pooler = await poolerImage(engine, stack, signal);
  const given = { subnets: new Set<Subnet>(), ports: new Set<number>() };
  const keptFor = options.keep ? resolve(stack.file) : undefined;
  const { number: version } = programs.version;
  const where = await engineIs(engine, signal);
  const workshop: Workshop = {
    ...{ engine, engineIs: where, stack, image, owner, version, given, keptFor },
    poolerImage: pooler.image,
  };
  return new ComposeTarget(workshop, { programs, pooler }, options);
}

const plain: ClusterChange = { settings: {}, nodeSettings: {} };

/** What SQL changes afterwards, slots and the like, does not count. */
function isPlain(change: ClusterChange): boolean {
  const { settings, nodeSettings, replicas, archive, checksums, disks } = change;
  return Object.keys(settings).length === 0 && Object.keys(nodeSettings).length === 0 &&
    replicas === undefined && !archive && checksums === undefined && disks === undefined;
}

class ComposeTarget implements Target {
  readonly name = "compose" as const;
  readonly description: string;
  readonly postgres: { text: string; number: number };
  readonly stack: Stack;
  readonly changes = ["archive", "checksums"] as const;
  readonly #workshop: Workshop;
  readonly #programs: Programs;
  readonly #pooler: PoolerImage;
  readonly #options: ComposeOptions;
  readonly #closing = new AbortController();
  /** Clusters made ahead, being made or ready. */
  readonly #ahead: Promise<ComposeCluster>[] = [];
  readonly #removals = new Set<Promise<void>>();
  readonly #failures: Error[] = [];

  constructor(
    workshop: Workshop,
    { programs, pooler }: { programs: Programs; pooler: PoolerImage },
    options: ComposeOptions,
  ) {
    const { engine, stack, image } = workshop;
    this.#workshop = workshop;
    this.#programs = programs;
    this.#pooler = pooler;
    this.#options = options;
    this.stack = stack;
    this.postgres = programs.version;
    const { site: { isHere, url } } = engine;
    this.description = `PostgreSQL ${programs.version.text} from image ` +
      `${imagesOf(stack, image).join(", ")}, Docker ${engine.version}` +
      `${isHere ? "" : ` at ${url}`}, Compose ${engine.compose}`;
  }

  lacks(capability: string): string | undefined {
    if (capability === "pooler") return this.#pooler.lacks;
    return lacking(capability, this.#programs, this.#workshop.engineIs !== undefined);
  }

  async create({ change, signal }: CreateOptions): Promise<Cluster> {
    if (this.#closing.signal.aborted) throw new NodeError("Cannot create a cluster: target closed");
    const cluster = isPlain(change) ? await this.#takeAhead(signal) : undefined;
    const limit = AbortSignal.any([signal, this.#closing.signal]);
    const made = cluster ?? await createCluster(this.#workshop, change, limit);
    this.#prepare();
    made.onRemove = () => this.#drop(made);
    return made;
  }

  /** A cluster made ahead; undefined when there is none, or it failed: then one is made on request. */
  async #takeAhead(signal: AbortSignal): Promise<ComposeCluster | undefined> {
    const next = this.#ahead.shift();
    if (!next) return undefined;
    try {
      return await raced(next, signal);
    } catch (error) {
      if (signal.aborted) {
        // It may come up yet: for the next case, or for close() to wait for and remove.
        this.#ahead.unshift(next);
        if (!(error instanceof DeadlineError)) throw error;
        throw new NodeError(`No cluster was ready: ${error.message}`, { cause: error });
      }
      return undefined;
    }
  }

  #prepare(): void {
    while (this.#ahead.length < this.#options.ahead && !this.#closing.signal.aborted) {
      const ms = this.#options.createMs ?? createMs;
      const deadline = new Deadline("cluster made ahead", ms, this.#closing.signal);
      const next = createCluster(this.#workshop, plain, deadline.signal)
        .finally(() => deadline[Symbol.dispose]());
      next.catch(() => {});
      this.#ahead.push(next);
    }
  }

  /** Starts the removal and returns; {@link close} waits for it and reports what failed. */
  #drop(cluster: ComposeCluster): void {
    const removal: Promise<void> = cluster.destroy()
      .catch((error) => void this.#failures.push(error))
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new NodeError("Cannot go on: the target was closed"));
    for (const made of await Promise.allSettled(this.#ahead.splice(0))) {
      if (made.status === "fulfilled") this.#drop(made.value);
    }
    while (this.#removals.size > 0) await Promise.all(this.#removals);
    if (this.#failures.length > 0) {
      const failures = this.#failures.splice(0);
      const messages = new Set(failures.map(({ message }) => message));
      const log = failures.flatMap((error) => error instanceof NodeError ? error.log : []);
      throw new NodeError([...messages].join("; "), { log: [...new Set(log)] });
    }
  }
}
