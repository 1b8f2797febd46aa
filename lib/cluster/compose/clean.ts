/**
 * Undoes what killed runs have left in the engine. Acts only on what carries a run's label, or was
 * made in the name of its projects, and only when that run is gone.
 *
 * @module
 */
import { Deadline } from "../../time/deadline.ts";
import { formatDuration } from "../../time/duration.ts";
import type Docker from "./docker.ts";
import { connectEngine } from "./engine.ts";
import { composeEnded } from "./orphans.ts";
import { mayBeAlive, ownerLabel, projectLabel } from "./owner.ts";
import { removeProject } from "./remove.ts";
import { abandonedWork, removeWorkDirectory } from "./work.ts";

/** How long the engine may take to answer, in milliseconds. */
const answerMs = 10_000;

/** How long commands that a killed run has left may go on, in milliseconds. */
const endMs = 120_000;

interface Labelled {
  Labels?: Record<string, string> | null;
}

/** The projects in the engine whose run is gone. */
async function abandonedProjects(client: Docker): Promise<string[]> {
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
  const gone = await Promise.all(
    [...owners].map(async ([project, owner]) => await mayBeAlive(owner) ? [] : [project]),
  );
  return gone.flat();
}

/**
 * Removes containers, networks, volumes and folders of runs that are gone, and says what they were.
 * Without an engine there is nothing of it to clean.
 * @throws {NodeError} when something could not be removed.
 */
export async function cleanComposeLeftovers(): Promise<string[]> {
  const removed: string[] = [];
  const work = await abandonedWork();
  const engine = await connectEngine(AbortSignal.timeout(answerMs)).catch(() => undefined);
  if (engine) {
    const { client } = engine;
    const projects = new Set(work.flatMap(({ project }) => project ?? []));
    for (const project of await abandonedProjects(client)) projects.add(project);
    using deadline = new Deadline(`commands left behind (${formatDuration(endMs)})`, endMs);
    await composeEnded(projects, deadline.signal);
    for (const project of projects) removed.push(...await removeProject(client, project));
  }
  for (const { path } of work) {
    await removeWorkDirectory(path);
    removed.push(`directory ${path}`);
  }
  return removed;
}
