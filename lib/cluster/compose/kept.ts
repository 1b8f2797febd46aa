/**
 * Stacks that `up` has brought up: found again, and removed, by their labels.
 *
 * @module
 */
import type Docker from "./docker.ts";
import { projectLabel, stackLabel, workLabel } from "./owner.ts";
import { serverPort } from "./port.ts";
import { removeProject } from "./remove.ts";
import { removeWorkDirectory } from "./work.ts";

/** One of them. */
export interface Kept {
  project: string;
  /** Folder of its files. */
  work: string | undefined;
  /** Where its servers answer; those that do not run are left out. */
  nodes: { name: string; port: number }[];
}

/** Those of a stack file, by its absolute path, running or not. */
export async function findKept(client: Docker, stackFile: string): Promise<Kept[]> {
  const filters = { label: [`${stackLabel}=${stackFile}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    client.listContainers({ all: true, filters }),
    client.listNetworks({ filters }),
    client.listVolumes({ filters }),
  ]);
  const found = new Map<string, Kept>();
  for (const { Labels } of [...containers, ...networks, ...Volumes ?? []]) {
    const project = Labels?.[projectLabel];
    if (project) found.set(project, { project, work: Labels[workLabel], nodes: [] });
  }
  for (const { Labels, Ports } of containers) {
    const name = Labels["com.docker.compose.service"];
    const port = Ports.find(({ PrivatePort, PublicPort }) =>
      PrivatePort === serverPort && PublicPort !== undefined
    )?.PublicPort;
    if (name && port) found.get(Labels[projectLabel] ?? "")?.nodes.push({ name, port });
  }
  return [...found.values()];
}

/**
 * Removes one: containers, networks, volumes with the data in them, and its folder.
 * @throws {NodeError} when something is left, saying what.
 */
export async function removeKept(client: Docker, { project, work }: Kept): Promise<string[]> {
  const removed = await removeProject(client, project);
  if (work !== undefined) await removeWorkDirectory(work);
  return removed;
}
