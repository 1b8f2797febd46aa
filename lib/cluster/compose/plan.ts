/**
 * From a stack and what a scenario changes of it to the override file of one cluster.
 *
 * @module
 */
import type { ClusterChange } from "../../scenario/model.ts";
import type { StackNode } from "../../stack/model.ts";
import { archiveFolder, withArchive } from "../archive.ts";
import { withChecksums } from "../checksums.ts";
import { diskBytes } from "../disk.ts";
import { withDisks } from "./disk.ts";
import { type ComposeMount, prepareFiles } from "./files.ts";
import { type Holdings, networksOf, type Workshop } from "./holdings.ts";
import { formatOverride, type OverrideService } from "./override.ts";
import { pack, type Parcel } from "./parcel.ts";
import type { Site } from "./site.ts";
import { formatSubnet } from "./subnet.ts";

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
  const { initdbArgs } = withChecksums({ initdbArgs: declared }, checksums, version);
  return {
    [initdb]: [...initdbArgs, "--no-sync"].join(" "),
    [clone]: `${environment[clone] ?? ""} --no-sync`.trim(),
  };
}

/** Where nodes find what they share, in their containers. */
export const shared = "/var/lib/pgproof";

/** A volume of the run, for an engine elsewhere; it is opened to the servers' account by the parcel. */
const archiveVolume = "archive";

/** A folder of the run that every node mounts. The servers write in it under an account of their own. */
async function makeArchive(directory: string, { isHere }: Site): Promise<ComposeMount[]> {
  if (!isHere) {
    return [{ type: "volume", source: archiveVolume, target: archiveFolder(shared) }];
  }
  const source = archiveFolder(directory);
  await Deno.mkdir(source);
  await Deno.chmod(source, 0o777);
  return [{ type: "bind", source, target: archiveFolder(shared) }];
}

/** What a cluster is to be. */
export interface Plan {
  declared: StackNode[];
  change: ClusterChange;
  directory: string;
  holdings: Holdings;
  labels: Record<string, string>;
}

/** The override file, what it changes, in sentences, and what each node gets that it cannot mount. */
export async function describe(workshop: Workshop, plan: Plan) {
  const { stack, image, engine: { site } } = workshop;
  const { declared, directory, holdings, labels } = plan;
  const change = withArchive(plan.change, shared);
  const archive = change.archive ? await makeArchive(directory, site) : [];
  const parcels = new Map<string, Parcel>();
  const translations = new Set([
    "first copies are not flushed to disk (--no-sync), health checks are off",
  ]);
  const volumes = new Set<string>();
  const bounded = new Map<string, number>();
  const services: OverrideService[] = [];
  for (const node of declared) {
    const networks = holdings.replacements;
    const files = await prepareFiles(node, { stack, directory, networks, change, site });
    if (!site.isHere) {
      const open = archive.map(({ target }) => target);
      parcels.set(node.name, await pack(files.copied, open));
    }
    const parts = change.disks?.[node.name];
    if (parts) {
      const { bounded: ending, ...disks } = withDisks(node, files, parts);
      Object.assign(files, disks);
      ending.forEach((name) => bounded.set(name, diskBytes));
    }
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
  if (archive.some(({ type }) => type === "volume")) volumes.add(archiveVolume);
  const { publishAt } = site;
  const text = formatOverride({
    ...{ services, networks, volumes: [...volumes], bounded, labels, publishAt },
  });
  return { text, translations: [...translations], parcels };
}
