/**
 * The Docker engine that the `docker` command would use, and whether it will do.
 *
 * @module
 */
import { Deadline } from "../../time/deadline.ts";
import { formatDuration } from "../../time/duration.ts";
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

/** How long the engine may take to answer, in milliseconds. */
const answerMs = 10_000;

/** How long a pull may take, in milliseconds. */
const pullMs = 600_000;

/** `!reset` and `!override`, which an override file needs, came with this version. */
const composeMin = [2, 24];

/** HTTP status of an engine's refusal; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | undefined)?.statusCode;
}

/**
 * An engine that stopped in the middle is nobody's fault but the environment's: an error that names
 * no node. Undefined for anything an engine answered.
 */
export function engineGone(error: unknown): NodeError | undefined {
  const { code, message } = error as Error & { code?: string };
  const isGone = ["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE"].includes(code ?? "") ||
    /socket hang up|Cannot connect to the Docker daemon/i.test(message ?? "");
  if (!isGone || statusOf(error) !== undefined) return undefined;
  return new NodeError(`The Docker engine does not answer any more: ${whyNot(error)}`, {
    log: ["start it again, then remove what is left: deno run -A main.ts clean"],
    cause: error,
  });
}

/**
 * The socket of the engine that the `docker` command would use.
 * @throws {NodeError} when it is elsewhere, or there is no such command.
 */
export async function socketPath(signal: AbortSignal): Promise<string> {
  // A context, as desktop versions set one, names a socket elsewhere.
  const host = Deno.env.get("DOCKER_HOST") ||
    (await docker(["context", "inspect", "-f", "{{.Endpoints.docker.Host}}"], signal)).trim();
  const path = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (path) return path;
  throw new NodeError(
    `Cannot use the Docker engine at ${host}: the stack's files are mounted from here, so it has ` +
      "to be on this machine, behind a Unix socket",
    { log: ["set DOCKER_HOST to unix:///PATH, choose another context, or use --target local"] },
  );
}

const withoutDocker = "--target local, which needs no Docker";

function whyNot(cause: unknown): string {
  const { code, message } = cause as Error & { code?: string };
  if (code === "ENOENT") return "there is no such socket";
  if (code === "EACCES" || code === "EPERM") return "this user may not use the socket";
  return code === "ECONNREFUSED" ? "nobody listens" : message;
}

function adviceOn(cause: unknown): string {
  const { code } = cause as { code?: string };
  if (code !== "EACCES" && code !== "EPERM") return `start Docker, or use ${withoutDocker}`;
  return `add this user to the group that owns it (usually docker), or use ${withoutDocker}`;
}

/**
 * Finds the engine and asks it for its version.
 * @throws {NodeError} when there is none, or it is not fit; the reason is in words.
 */
export async function connectEngine(signal: AbortSignal): Promise<Engine> {
  const path = await socketPath(signal);
  const client = new Docker({ socketPath: path });
  let version: string;
  using deadline = new Deadline(`engine (${formatDuration(answerMs)})`, answerMs, signal);
  try {
    version = (await raced(client.version(), deadline.signal)).Version;
  } catch (cause) {
    signal.throwIfAborted();
    throw new NodeError(`No Docker engine answers at ${path}: ${whyNot(cause)}`, {
      log: [adviceOn(cause)],
      cause,
    });
  }
  return { client, version, compose: await composeVersion(signal) };
}

/**
 * The version of the Compose plugin.
 * @throws {NodeError} when there is none, or it is too old.
 */
export async function composeVersion(signal: AbortSignal): Promise<string> {
  const compose = (await docker(["compose", "version", "--short"], signal)).trim();
  const [major = 0, minor = 0] = compose.replace(/^v/, "").split(/[.-]/).map(Number);
  if (major < composeMin[0]! || (major === composeMin[0] && minor < composeMin[1]!)) {
    throw new NodeError(
      `Cannot use docker compose ${compose}: ${composeMin.join(".")} or newer is needed`,
      { log: [`install a newer Compose plugin, or use ${withoutDocker}`] },
    );
  }
  return compose;
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
  using deadline = new Deadline(`pull of ${image} (${formatDuration(pullMs)})`, pullMs, signal);
  try {
    await docker(["pull", "--quiet", image], deadline.signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new NodeError(`Cannot have the image ${image}: ${(cause as Error).message}`, {
      log: [
        "name a tag of the official image with --postgres, any other image in POSTGRES_IMAGE, " +
        `or bring it into the engine by hand (docker pull, docker load); or use ${withoutDocker}`,
      ],
      cause,
    });
  }
}
