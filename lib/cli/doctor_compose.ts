/**
 * What the compose target needs: the command, its plugin, the socket, the engine, the image. Each
 * check needs the one before it.
 *
 * @module
 */
import { imagesOf } from "../cluster/compose/available.ts";
import {
  composeVersion,
  connectEngine,
  type Engine,
  needImage,
} from "../cluster/compose/engine.ts";
import { findEndpoint } from "../cluster/compose/endpoint.ts";
import { failed, type Finding, type Patient } from "./doctor_finding.ts";
import { room } from "./doctor_machine.ts";

/** Checks the compose target. */
export async function checkCompose(patient: Patient): Promise<Finding[]> {
  const { signal } = patient;
  const findings: Finding[] = [];
  /** Adds what a check found; undefined when it failed, and with it all that rest on it. */
  const check = async <T>(
    what: string,
    look: () => Promise<T>,
    seen: (found: T) => string,
  ): Promise<T | undefined> => {
    try {
      const found = await look();
      findings.push({ state: "ok", what, seen: seen(found) });
      return found;
    } catch (error) {
      findings.push(failed(what, error));
      return undefined;
    }
  };
  if (!await check("endpoint", () => findEndpoint(signal), ({ url }) => url)) return findings;
  if (!await check("Compose", () => composeVersion(signal), (version) => version)) return findings;
  const engine = await check("engine", () => connectEngine(signal), ({ version }) => version);
  if (!engine) return findings;
  findings.push(...await engineRoom(engine));
  for (const image of imagesOf(patient.stack, patient.image)) {
    await check("image", () => needImage(engine, image, signal), () => image);
  }
  return findings;
}

/** Where the engine keeps images and volumes, if that is on this machine. */
async function engineRoom({ client, site }: Engine): Promise<Finding[]> {
  if (!site.isHere) return [];
  const { DockerRootDir: root } = await client.info() as { DockerRootDir: string };
  if (!await Deno.stat(root).catch(() => undefined)) return [];
  return [await room("engine's disk", root, "docker system prune, or a larger disk for it")];
}
