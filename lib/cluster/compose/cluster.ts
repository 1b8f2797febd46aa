/**
 * A stack brought up in Docker as a project of its own, beside whatever else runs there.
 *
 *     Stack ─> files, override ─docker compose up─> containers ─> ready
 *
 * @module
 */
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import type { Stack, StackNode } from "../../stack/model.ts";
import { raced, sleep } from "../../time/sleep.ts";
import type { Vantage } from "../inspection.ts";
import { archiveFolder, withArchive } from "../local/archive.ts";
import { checksumArgs } from "../local/template.ts";
import { type Cluster, NodeError } from "../model.ts";
import { docker } from "./command.ts";
import { type Engine, engineGone } from "./engine.ts";
import { type ComposeMount, prepareFiles } from "./files.ts";
import type { Replacement } from "./hba.ts";
import { ComposeNode } from "./node.ts";
import { formatOverride, type OverrideService } from "./override.ts";
import { labelsOf, projectLabel, stackLabel, workLabel } from "./owner.ts";
import { type GivenPort, givePorts, serverPort } from "./port.ts";
import { answering, type Prober } from "./reach.ts";
import { waitUntilReady } from "./ready.ts";
import { removeProject } from "./remove.ts";
import { formatSubnet, freeSubnet, hostRoutes, parseSubnet, type Subnet } from "./subnet.ts";
import { makeWorkDirectory, removeWorkDirectory } from "./work.ts";

/** What all clusters of a target share. */
export interface Workshop {
  engine: Engine;
  stack: Stack;
  /** Image for every node; absent: as each declares. */
  image: string | undefined;
  owner: string;
  /** server_version_num of the image. */
  version: number;
  /** Absolute path of the stack file when the cluster is to outlive this process. */
  keptFor?: string | undefined;
  /** Subnets and ports given to clusters of this process that may not be up yet. */
  given: { subnets: Set<Subnet>; ports: Set<number> };
}

/** Somebody else took the port or the subnet between choosing and using it. */
const collision = /port is already allocated|address already in use|overlaps with|non-overlapping/i;
const attemptsMax = 5;

/** What one attempt uses, to be given back when the cluster is gone. */
class Holdings {
  readonly #workshop: Workshop;
  readonly networks: { name: string; subnet: Subnet; from: Subnet[] }[] = [];
  readonly ports = new Map<string, GivenPort[]>();

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  async take(nodes: readonly StackNode[], signal: AbortSignal): Promise<void> {
    const { engine, stack, given } = this.#workshop;
    const existing = await raced(engine.client.listNetworks(), signal);
    const taken = existing.flatMap(({ IPAM }) => IPAM?.Config ?? [])
      .flatMap(({ Subnet }) => parseSubnet(Subnet ?? "") ?? []);
    taken.push(...await hostRoutes());
    for (const name of new Set(nodes.flatMap((node) => networksOf(node, stack)))) {
      // No wait from here to the note: two clusters of one process cannot choose the same.
      const subnet = freeSubnet([...taken, ...given.subnets]);
      if (!subnet) throw new NodeError("Cannot find a free subnet for the cluster's network");
      given.subnets.add(subnet);
      const declared = stack.networks.find((network) => network.name === name);
      const from = (declared?.subnets ?? []).flatMap((text) => parseSubnet(text) ?? []);
      this.networks.push({ name, subnet, from });
    }
    for (const { name, ports } of nodes) this.ports.set(name, givePorts(ports, given.ports));
  }

  release(): void {
    const { subnets, ports } = this.#workshop.given;
    for (const { subnet } of this.networks) subnets.delete(subnet);
    for (const { port } of [...this.ports.values()].flat()) ports.delete(port);
  }

  get replacements(): Replacement[] {
    return this.networks.flatMap(({ from, subnet }) => from.map((from) => ({ from, to: subnet })));
  }
}

/** One with a network_mode has none; here it goes where the others are. */
function networksOf(node: StackNode, stack: Stack): string[] {
  if (node.networks.length > 0) return node.networks;
  return [stack.nodes.flatMap(({ networks }) => networks)[0] ?? "default"];
}

/** The given port that leads to the server. */
function accessOf(ports: readonly GivenPort[]): number {
  return ports.find(({ containerPort }) => containerPort === serverPort)!.port;
}

/** A cluster in containers. */
class ComposeCluster implements Cluster {
  readonly nodes: readonly ComposeNode[];
  readonly translations: readonly string[];
  readonly #prober: Prober;
  readonly #remove: () => Promise<void>;

  readonly archive: string | undefined;

  constructor(
    parts: {
      nodes: readonly ComposeNode[];
      translations: readonly string[];
      archive: string | undefined;
      prober: Prober;
    },
    remove: () => Promise<void>,
  ) {
    this.nodes = parts.nodes;
    this.archive = parts.archive;
    this.translations = parts.translations;
    this.#prober = parts.prober;
    this.#remove = remove;
  }

  answering(from: Vantage, signal: AbortSignal): Promise<ComposeNode[]> {
    return answering(this.nodes, from, this.#prober, signal);
  }

  /** Its labels name this process: `clean` removes it once that has ended. */
  keep(): void {}

  remove(): Promise<void> {
    return this.#remove();
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
): Promise<Cluster> {
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
): Promise<Cluster> {
  signal.throwIfAborted();
  const { engine: { client }, stack, owner } = workshop;
  const project = `pgproof-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const holdings = new Holdings(workshop);
  const directory = await makeWorkDirectory(owner).catch((error) => {
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
    const { text, translations } = await describe(workshop, {
      declared,
      change,
      directory,
      holdings,
      labels,
    });
    const override = join(directory, "override.yaml");
    await Deno.writeTextFile(override, text);
    await up(stack, { project, override, services: declared.map(({ name }) => name) }, signal);
    const nodes = await findNodes(workshop, { project, declared, holdings, labels }, signal);
    await waitUntilReady(nodes, signal);
    const prober = { client, image: nodes[0]!.image, network: nodes[0]!.network, labels };
    const archive = change.archive ? archiveFolder(shared) : undefined;
    return new ComposeCluster({ nodes, translations, archive, prober }, remove);
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

/** How long the engine may go on with what a cancelled command had asked for, in milliseconds. */
const settleMs = 300;

/** Removes what a failed attempt made. The failure itself is the news, unless this fails as well. */
async function discard(client: Workshop["engine"]["client"], project: string, remove: Remove) {
  await remove();
  await sleep(settleMs);
  await removeProject(client, project);
}

type Remove = () => Promise<void>;

/**
 * A first copy need not be on disk: a cluster does not outlive the machine. What the server itself
 * writes is flushed as ever.
 */
function unsynced(
  { environment }: StackNode,
  checksums: boolean | undefined,
  version: number,
): Record<string, string> {
  const [initdb, clone] = ["POSTGRES_INITDB_ARGS", "POSTGRES_CLONE_ARGS"] as const;
  const declared = (environment[initdb] ?? "").split(/\s+/).filter((word) => word !== "");
  return {
    [initdb]: [...checksumArgs(declared, checksums, version), "--no-sync"].join(" "),
    [clone]: `${environment[clone] ?? ""} --no-sync`.trim(),
  };
}

/** Where nodes find what they share, in their containers. */
const shared = "/var/lib/pgproof";

/** A folder of the run that every node mounts. The servers write in it under an account of their own. */
async function makeArchive(directory: string): Promise<ComposeMount[]> {
  const source = archiveFolder(directory);
  await Deno.mkdir(source);
  await Deno.chmod(source, 0o777);
  return [{ type: "bind", source, target: archiveFolder(shared) }];
}

interface Plan {
  declared: StackNode[];
  change: ClusterChange;
  directory: string;
  holdings: Holdings;
  labels: Record<string, string>;
}

/** The override file, and what it changes, in sentences. */
async function describe(workshop: Workshop, plan: Plan) {
  const { stack, image } = workshop;
  const { declared, directory, holdings, labels } = plan;
  const change = withArchive(plan.change, shared);
  const archive = change.archive ? await makeArchive(directory) : [];
  const translations = new Set([
    "first copies are not flushed to disk (--no-sync), health checks are off",
  ]);
  const volumes = new Set<string>();
  const services: OverrideService[] = [];
  for (const node of declared) {
    const networks = holdings.replacements;
    const files = await prepareFiles(node, { stack, directory, networks, change });
    const ports = holdings.ports.get(node.name)!;
    const command = node.command.length > 0 ? node.command : ["postgres"];
    services.push({
      name: node.name,
      ports,
      mounts: [...files.mounts, ...archive],
      networks: networksOf(node, stack),
      environment: unsynced(node, change.checksums, workshop.version),
      ...(image ? { image } : {}),
      ...(files.arguments.length > 0 ? { command: [...command, ...files.arguments] } : {}),
    });
    for (const { port, declared } of ports) {
      if (declared) translations.add(`${node.name}: port ${declared.hostPort} is ${port}`);
    }
    if (node.networks.length === 0) {
      translations.add(`${node.name}: its network_mode is not carried out`);
    }
    files.volumes.forEach((name) => volumes.add(name));
    files.translations.forEach((sentence) => translations.add(sentence));
  }
  const networks = holdings.networks.map(({ name, subnet }) => ({
    name,
    subnet: formatSubnet(subnet),
  }));
  const text = formatOverride({ services, networks, volumes: [...volumes], labels });
  return { text, translations: [...translations] };
}

async function up(
  stack: Stack,
  options: { project: string; override: string; services: string[] },
  signal: AbortSignal,
): Promise<void> {
  const declared = [join(stack.directory, basename(stack.file)), ...stack.overlays ?? []];
  const files = [...declared, options.override].flatMap((file) => ["-f", file]);
  await docker([
    "compose",
    ...["-p", options.project, "--project-directory", stack.directory, ...files],
    // The stack's other services could reach what is the user's.
    ...["up", "-d", "--no-deps", "--no-build", "--quiet-pull", ...options.services],
  ], signal);
}

async function findNodes(
  workshop: Workshop,
  options: Omit<Plan, "change" | "directory"> & { project: string },
  signal: AbortSignal,
): Promise<ComposeNode[]> {
  const { client } = workshop.engine;
  const { project, declared, holdings, labels } = options;
  const filters = {
    label: [`com.docker.compose.project=${project}`, `${projectLabel}=${project}`],
  };
  const found = await raced(client.listContainers({ all: true, filters }), signal);
  return declared.map((node) => {
    const info = found.find(({ Labels }) => Labels["com.docker.compose.service"] === node.name);
    if (!info) {
      throw new NodeError(`Cannot find the container of ${node.name}`, { node: node.name });
    }
    return new ComposeNode({
      client,
      container: client.getContainer(info.Id),
      declared: node,
      address: { host: "127.0.0.1", port: accessOf(holdings.ports.get(node.name)!) },
      given: {
        ports: holdings.ports.get(node.name)!,
        subnets: new Map(holdings.networks.map(({ name, subnet }) => [name, formatSubnet(subnet)])),
      },
      image: workshop.image ?? node.image,
      network: Object.keys(info.NetworkSettings.Networks)[0]!,
      labels,
    });
  });
}
