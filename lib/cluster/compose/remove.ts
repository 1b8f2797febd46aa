/**
 * Removes what carries a project's label or was made in its name, and nothing else.
 *
 * @module
 */
import { Deadline } from "../../time/deadline.ts";
import { formatDuration } from "../../time/duration.ts";
import { raced } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import type Docker from "./docker.ts";
import { engineGone, statusOf } from "./engine.ts";
import { projectLabel } from "./owner.ts";

/** How long a thing may stay in use after its user is gone, and how often to look, in milliseconds. */
const patienceMs = 60_000;
const lookMs = 100;

/** A busy engine may give up a kill after ten seconds, and yet the container ends a little later. */
const attemptsMin = 3;

/** How long all of it may take, in milliseconds: a frozen engine answers nothing at all. */
const removeMs = 120_000;

/** Removes one thing. Gone already is as good; in use may pass. */
async function remove(
  what: string,
  act: () => Promise<unknown>,
  { failures, signal }: { failures: string[]; signal: AbortSignal },
) {
  const giveUp = performance.now() + patienceMs;
  for (let attempt = 1;; attempt++) {
    try {
      await raced(act(), signal);
      return;
    } catch (error) {
      const gone = engineGone(error);
      if (gone) throw gone;
      const status = statusOf(error);
      if (status === 404) return;
      // 409: in use, or being removed. Networks with endpoints left say 403.
      const isBusy = status === 409 || status === 403 || status === 500;
      if (!isBusy || (attempt >= attemptsMin && performance.now() > giveUp)) {
        failures.push(`${what}: ${(error as Error).message}`);
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/**
 * Removes every container, network and volume of a project; returns what they were.
 * @throws {NodeError} when something is left, saying what.
 */
export async function removeProject(client: Docker, project: string): Promise<string[]> {
  using deadline = new Deadline(`removal (${formatDuration(removeMs)})`, removeMs);
  const { signal } = deadline;
  try {
    return await removeAll(client, project, signal);
  } catch (error) {
    if (error instanceof NodeError) throw error;
    throw engineGone(error) ??
      new NodeError(`Cannot remove ${project}: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes a network. */
async function removeNetwork(client: Docker, id: string): Promise<void> {
  const network = client.getNetwork(id);
  try {
    await network.remove();
  } catch (error) {
    // The refusal is the news, unless it helps and the next attempt succeeds.
    if (statusOf(error) === 403) await evict(client, network).catch(() => {});
    throw error;
  }
}

/**
 * A busy engine may end a container and yet keep its place in the network, for ever: such a place is
 * taken by force. Containers that exist are left alone.
 */
async function evict(client: Docker, network: Docker.Network): Promise<void> {
  const { Containers } = await network.inspect() as { Containers?: Record<string, Place> | null };
  for (const { Name } of Object.values(Containers ?? {})) {
    try {
      await client.getContainer(Name).inspect();
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      await network.disconnect({ Container: Name, Force: true });
    }
  }
}

interface Place {
  /** Of the container. */
  Name: string;
}

async function removeAll(client: Docker, project: string, signal: AbortSignal): Promise<string[]> {
  const filters = { label: [`${projectLabel}=${project}`] };
  const failures: string[] = [];
  const removed: string[] = [];
  const drop = (what: string, act: () => Promise<unknown>) => {
    removed.push(what);
    return remove(what, act, { failures, signal });
  };
  const containers = await raced(client.listContainers({ all: true, filters }), signal);
  await Promise.all(containers.map(({ Id, Names }) =>
    drop(
      `container ${Names[0]?.replace(/^\//, "") ?? Id}`,
      () => client.getContainer(Id).remove({ force: true, v: true }),
    )
  ));
  const [networks, { Volumes }] = await raced(
    Promise.all([client.listNetworks({ filters }), client.listVolumes()]),
    signal,
  );
  // A container that is made when its volumes were just removed has them made again, without labels.
  const isOwn = ({ Name, Labels }: { Name: string; Labels?: Record<string, string> | null }) =>
    Labels?.[projectLabel] === project || Name.startsWith(`${project}_`);
  await Promise.all([
    ...networks.map(({ Id, Name }) => drop(`network ${Name}`, () => removeNetwork(client, Id))),
    ...(Volumes ?? []).filter(isOwn).map(({ Name }) =>
      drop(`volume ${Name}`, () => client.getVolume(Name).remove())
    ),
  ]);
  if (failures.length > 0) {
    throw new NodeError(`Cannot remove all of ${project}: ${failures.join("; ")}`);
  }
  return removed;
}
