/**
 * Undoes what killed runs have left in the engine. Acts only on what carries a run's label, and only
 * when that run is gone.
 *
 * @module
 */
import { connectEngine } from "./engine.ts";
import { mayBeAlive, ownerLabel, projectLabel } from "./owner.ts";
import { removeProject } from "./remove.ts";
import { cleanWorkDirectories } from "./work.ts";

/** How long the engine may take to answer, in milliseconds. */
const answerMs = 10_000;

interface Labelled {
  Labels?: Record<string, string> | null;
}

/**
 * Removes containers, networks, volumes and folders of runs that are gone, and says what they were.
 * Without an engine there is nothing of it to clean.
 * @throws {NodeError} when something could not be removed.
 */
export async function cleanComposeLeftovers(): Promise<string[]> {
  const removed: string[] = [];
  let engine;
  try {
    engine = await connectEngine(AbortSignal.timeout(answerMs));
  } catch {
    return await cleanWorkDirectories();
  }
  const { client } = engine;
  const filters = { label: [ownerLabel] };
  const [containers, networks, { Volumes }] = await Promise.all([
    client.listContainers({ all: true, filters }),
    client.listNetworks({ filters }),
    client.listVolumes({ filters }),
  ]);
  const owners = new Map<string, string>();
  for (const { Labels } of [...containers, ...networks, ...(Volumes ?? [])] as Labelled[]) {
    const [project, owner] = [Labels?.[projectLabel], Labels?.[ownerLabel]];
    if (project && owner) owners.set(project, owner);
  }
  for (const [project, owner] of owners) {
    if (!await mayBeAlive(owner)) removed.push(...await removeProject(client, project));
  }
  return [...removed, ...await cleanWorkDirectories()];
}
