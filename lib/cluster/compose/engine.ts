/**
 * The Docker engine that the `docker` command would use, and whether it will do.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import { docker } from "./command.ts";
import Docker from "./docker.ts";

/** An engine that answers, with the compose plugin beside it. */
export interface Engine {
  client: Docker;
  /** Versions, as they call themselves. */
  version: string;
  compose: string;
}

/** `!reset` and `!override`, which an override file needs, came with this version. */
const composeMin = [2, 24];

/** HTTP status of an engine's refusal; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | undefined)?.statusCode;
}

async function socketPath(signal: AbortSignal): Promise<string> {
  // A context, as desktop versions set one, names a socket elsewhere.
  const host = Deno.env.get("DOCKER_HOST") ||
    (await docker(["context", "inspect", "-f", "{{.Endpoints.docker.Host}}"], signal)).trim();
  const path = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (path) return path;
  throw new NodeError(
    `Cannot use the Docker engine at ${host}: the stack's files are mounted from here, so it has ` +
      "to be on this machine, behind a Unix socket",
  );
}

/**
 * Finds the engine and asks it for its version.
 * @throws {NodeError} when there is none, or it is not fit; the reason is in words.
 */
export async function connectEngine(signal: AbortSignal): Promise<Engine> {
  const path = await socketPath(signal);
  const client = new Docker({ socketPath: path });
  let version: string;
  try {
    version = (await raced(client.version(), signal)).Version;
  } catch (cause) {
    signal.throwIfAborted();
    throw new NodeError(`No Docker engine answers at ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  const compose = (await docker(["compose", "version", "--short"], signal)).trim();
  const [major = 0, minor = 0] = compose.replace(/^v/, "").split(/[.-]/).map(Number);
  if (major < composeMin[0]! || (major === composeMin[0] && minor < composeMin[1]!)) {
    throw new NodeError(
      `Cannot use docker compose ${compose}: ${composeMin.join(".")} or newer is needed`,
    );
  }
  return { client, version, compose };
}

/**
 * Makes sure the engine has an image, pulling it where needed.
 * @throws {NodeError} when it cannot be had.
 */
export async function needImage(engine: Engine, image: string, signal: AbortSignal): Promise<void> {
  try {
    await raced(engine.client.getImage(image).inspect(), signal);
    return;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  try {
    await docker(["pull", "--quiet", image], signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new NodeError(`Cannot have the image ${image}: ${(cause as Error).message}`, { cause });
  }
}
