/**
 * Removes what carries a project's label, and nothing else.
 *
 * @module
 */
import { NodeError } from "../model.ts";
import type Docker from "./docker.ts";
import { statusOf } from "./engine.ts";
import { projectLabel } from "./owner.ts";

/** How long a thing may stay in use after its user is gone, and how often to look, in milliseconds. */
const patienceMs = 10_000;
const lookMs = 100;

/** Removes one thing. Gone already is as good; in use may pass. */
async function remove(what: string, act: () => Promise<unknown>, failures: string[]) {
  const giveUp = performance.now() + patienceMs;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return;
      // 409: in use, or being removed. Networks with endpoints left say 403.
      const isBusy = status === 409 || status === 403 || status === 500;
      if (!isBusy || performance.now() > giveUp) {
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
  const filters = { label: [`${projectLabel}=${project}`] };
  const failures: string[] = [];
  const removed: string[] = [];
  const containers = await client.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id, Names }) => {
    const what = `container ${Names[0]?.replace(/^\//, "") ?? Id}`;
    removed.push(what);
    return remove(what, () => client.getContainer(Id).remove({ force: true, v: true }), failures);
  }));
  const [networks, { Volumes }] = await Promise.all([
    client.listNetworks({ filters }),
    client.listVolumes({ filters }),
  ]);
  await Promise.all([
    ...networks.map(({ Id, Name }) => {
      removed.push(`network ${Name}`);
      return remove(`network ${Name}`, () => client.getNetwork(Id).remove(), failures);
    }),
    ...(Volumes ?? []).map(({ Name }) => {
      removed.push(`volume ${Name}`);
      return remove(`volume ${Name}`, () => client.getVolume(Name).remove(), failures);
    }),
  ]);
  if (failures.length > 0) {
    throw new NodeError(`Cannot remove all of ${project}: ${failures.join("; ")}`);
  }
  return removed;
}
