/**
 * A stack brought up in Docker as a project of its own, beside whatever else runs there.
 *
 *     Stack ─> files, override ─docker compose up─> containers ─> ready
 *
 * @module
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import { raced, sleep } from "../../time/sleep.ts";
import type { Vantage } from "../inspection.ts";
import { archiveFolder } from "../archive.ts";
import { type Cluster, type Gateway, type Node, NodeError } from "../model.ts";
import type { Verification } from "../verification.ts";
import { settleDisks } from "./disk.ts";
import { engineGone } from "./engine.ts";
import { gatewayOf } from "./gateway.ts";
import { Holdings, type Workshop } from "./holdings.ts";
import { ComposeNode } from "./node.ts";
import { labelsOf, projectLabel, stackLabel, workLabel } from "./owner.ts";
import { describe, type Plan, shared } from "./plan.ts";
import type { Parcel } from "./parcel.ts";
import { startPooler } from "./pooler.ts";
import { freePort, type GivenPort, serverPort } from "./port.ts";
import { answering, type Prober } from "./reach.ts";
import { waitUntilReady } from "./ready.ts";
import { removeProject } from "./remove.ts";
import { sharedNetwork } from "./shared_network.ts";
import { formatSubnet } from "./subnet.ts";
import { tryBackup } from "./tried_backup.ts";
import { up } from "./up.ts";
import { makeWorkDirectory, removeWorkDirectory } from "./work.ts";

/** Somebody else took the port or the subnet between choosing and using it. */
const collision = /port is already allocated|address already in use|overlaps with|non-overlapping/i;
const attemptsMax = 5;

/** The given port that leads to the server. */
function accessOf(ports: readonly GivenPort[]): number {
  return ports.find(({ containerPort }) => containerPort === serverPort)!.port;
}

function inContainer(node: Node): ComposeNode {
  if (node instanceof ComposeNode) return node;
  throw new NodeError(`Cannot use ${node.name}: it is not in a container`);
}

/** A cluster in containers. */
export class ComposeCluster implements Cluster {
  /** Takes care of {@link remove} in place of waiting for {@link destroy}. */
  onRemove: (() => void) | undefined;
  readonly nodes: readonly ComposeNode[];
  readonly translations: readonly string[];
  readonly #prober: Prober;
  readonly #workshop: Workshop;
  /** Removes all of it, kept or not. */
  readonly destroy: () => Promise<void>;
  #tries = 0;
  #isKept = false;

  readonly archive: string | undefined;
  readonly gateway: Gateway | undefined;

  constructor(
    parts: {
      nodes: readonly ComposeNode[];
      translations: readonly string[];
      archive: string | undefined;
      gateway: Gateway | undefined;
      prober: Prober;
      workshop: Workshop;
    },
    destroy: () => Promise<void>,
  ) {
    this.nodes = parts.nodes;
    this.archive = parts.archive;
    this.gateway = parts.gateway;
    this.translations = parts.translations;
    this.#prober = parts.prober;
    this.#workshop = parts.workshop;
    this.destroy = destroy;
  }

  answering(from: Vantage, signal: AbortSignal): Promise<ComposeNode[]> {
    return answering(this.nodes, from, this.#prober, signal);
  }

  verifyBackup(name: string, node: Node, signal: AbortSignal): Promise<Verification> {
    return inContainer(node).verifyBackup(name, signal);
  }

  async tryBackup(
    backup: string,
    upstream: Node,
    signal: AbortSignal,
  ): Promise<Node & AsyncDisposable> {
    const name = `backup${++this.#tries}`;
    const { given } = this.#workshop;
    const port = freePort(given.ports);
    try {
      return await tryBackup({ name, backup, port, upstream: inContainer(upstream) }, signal);
    } finally {
      // By now the engine has it, or nobody.
      given.ports.delete(port);
    }
  }

  get startPooler(): Cluster["startPooler"] {
    const { poolerImage: image } = this.#workshop;
    if (image === undefined) return undefined;
    return (signal) => startPooler(image, { nodes: this.nodes, workshop: this.#workshop }, signal);
  }

  /** Its labels name this process: `clean` removes it once that has ended. */
  keep(): void {
    this.#isKept = true;
  }

  async remove(): Promise<void> {
    if (this.#isKept) return;
    if (this.onRemove) this.onRemove();
    else await this.destroy();
  }
}

/**
 * Brings up one cluster.
 * @throws {NodeError} with what was seen; nothing is left behind.
 */
export async function createCluster(
  workshop: Workshop,
  change: ClusterChange,
  signal: AbortSignal,
): Promise<ComposeCluster> {
  for (let attempt = 1;; attempt++) {
    try {
      return await attemptCluster(workshop, change, signal);
    } catch (error) {
      const again = error instanceof NodeError && collision.test(error.message);
      if (!again || attempt === attemptsMax) throw error;
    }
  }
}

async function attemptCluster(
  workshop: Workshop,
  change: ClusterChange,
  signal: AbortSignal,
): Promise<ComposeCluster> {
  signal.throwIfAborted();
  const { engine: { client }, stack, owner } = workshop;
  const project = `pgproof-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const holdings = new Holdings(workshop);
  const directory = await makeWorkDirectory(owner, project).catch((error) => {
    throw ours(error);
  });
  let removal: Promise<void> | undefined;
  const remove = () =>
    removal ??= removeProject(client, project)
      .finally(() => removeWorkDirectory(directory))
      .then(() => holdings.release());
  try {
    const replicas = stack.nodes.filter(({ role }) => role === "replica");
    const absent = replicas.slice(change.replicas ?? replicas.length);
    const declared = stack.nodes.filter((node) => !absent.includes(node));
    await holdings.take(declared, signal);
    const { keptFor } = workshop;
    const kept = keptFor === undefined ? {} : { [stackLabel]: keptFor, [workLabel]: directory };
    const labels = { ...labelsOf(project, owner), ...kept };
    const { text, translations, parcels } = await describe(workshop, {
      declared,
      change,
      directory,
      holdings,
      labels,
    });
    const override = join(directory, "override.yaml");
    await Deno.writeTextFile(override, text);
    const services = declared.map(({ name }) => name);
    await up(workshop, { project, override, services }, signal);
    const found = { project, declared, holdings, labels, parcels };
    const nodes = await findNodes(workshop, found, signal);
    await Promise.all(nodes.map((node) => node.begin(signal)));
    await waitUntilReady(nodes, signal);
    await settleDisks(nodes, change.disks, signal);
    const prober = { client, image: nodes[0]!.image, network: nodes[0]!.network, labels };
    const archive = change.archive ? archiveFolder(shared) : undefined;
    const gateway = gatewayOf(nodes[0]!.gateway, workshop.engineIs);
    return new ComposeCluster(
      { nodes, translations, archive, gateway, prober, workshop },
      remove,
    );
  } catch (error) {
    const failure = ours(error);
    // What removal has to say beside it would hide why anything had to be removed.
    await discard(client, project, remove).catch((second) => {
      throw new NodeError(`${failure.message}; ${second.message}`, { cause: failure });
    });
    throw failure;
  }
}

/** What went wrong on this side: a folder that cannot be written, an engine that is gone. */
function ours(error: unknown): Error {
  if (error instanceof NodeError || !(error instanceof Error)) return error as Error;
  const { code } = error as Error & { code?: string };
  if (["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EIO"].includes(code ?? "")) {
    return new NodeError(`Cannot write the cluster's files in ${tmpdir()}: ${error.message}`, {
      log: ["make room there, or set TMPDIR to another folder"],
      cause: error,
    });
  }
  return engineGone(error) ?? error;
}

/** How long the engine may go on with what an ended command had asked for, in milliseconds. */
const settleMs = 300;

/**
 * Removes what a failed attempt made, until there is nothing. The failure itself is the news, unless
 * this fails as well.
 */
async function discard(client: Workshop["engine"]["client"], project: string, remove: Remove) {
  await remove();
  do await sleep(settleMs); while ((await removeProject(client, project)).length > 0);
}

type Remove = () => Promise<void>;

async function findNodes(
  workshop: Workshop,
  options: Omit<Plan, "change" | "directory"> & {
    project: string;
    parcels: ReadonlyMap<string, Parcel>;
  },
  signal: AbortSignal,
): Promise<ComposeNode[]> {
  const { client, site } = workshop.engine;
  const { project, declared, holdings, labels, parcels } = options;
  const filters = {
    label: [`com.docker.compose.project=${project}`, `${projectLabel}=${project}`],
  };
  const found = await raced(client.listContainers({ all: true, filters }), signal);
  const networks = found.map((info) => Object.keys(info.NetworkSettings.Networks));
  return declared.map((node) => {
    const info = found.find(({ Labels }) => Labels["com.docker.compose.service"] === node.name);
    if (!info) {
      throw new NodeError(`Cannot find the container of ${node.name}`, { node: node.name });
    }
    const attached = info.NetworkSettings.Networks;
    const network = sharedNetwork(Object.keys(attached), networks);
    return new ComposeNode({
      client,
      container: client.getContainer(info.Id),
      declared: node,
      address: { host: site.host, port: accessOf(holdings.ports.get(node.name)!) },
      given: {
        ports: holdings.ports.get(node.name)!,
        subnets: new Map(holdings.networks.map(({ name, subnet }) => [name, formatSubnet(subnet)])),
      },
      image: workshop.image ?? node.image,
      network,
      gateway: attached[network]!.Gateway,
      labels,
      site,
      parcel: parcels.get(node.name),
    });
  });
}
