/**
 * The Docker engine that the `docker` command would use, and whether it will do.
 *
 * @module
 */
import { Agent } from "node:https";
import { Deadline } from "../../time/deadline.ts";
import { formatDuration } from "../../time/duration.ts";
import { raced } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import { docker } from "./command.ts";
import Docker from "./docker.ts";
import { type Endpoint, findEndpoint } from "./endpoint.ts";
import { type Site, siteOf } from "./site.ts";
import { bridgeTo } from "./ssh.ts";

/** An engine that answers, with the compose plugin beside it. */
export interface Engine {
  client: Docker;
  /** For `docker`, so that it uses this engine. */
  environment: Record<string, string>;
  /** Where it is. */
  site: Site;
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
  const isGone =
    ["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE", "EHOSTUNREACH", "ETIMEDOUT"].includes(
      code ?? "",
    ) ||
    /socket hang up|Cannot connect to the Docker daemon/i.test(message ?? "");
  if (!isGone || statusOf(error) !== undefined) return undefined;
  return new NodeError(`The Docker engine does not answer any more: ${whyNot(error)}`, {
    log: ["start it again, then remove what is left: deno run -A main.ts clean"],
    cause: error,
  });
}

const withoutDocker = "--target local, which needs no Docker";

function whyNot(cause: unknown): string {
  const { code, message } = cause as Error & { code?: string };
  if (code === "ENOENT") return "there is no such socket";
  if (code === "EACCES" || code === "EPERM") return "this user may not use the socket";
  if (code === "ENOTFOUND") return "there is no such host";
  return code === "ECONNREFUSED" ? "nobody listens" : message;
}

function adviceOn(cause: unknown, url: string): string {
  if (!url.startsWith("unix:")) {
    return "see what `docker version` says; DOCKER_HOST, DOCKER_CONTEXT and the certificates are as " +
      `for the docker command; or use ${withoutDocker}`;
  }
  const { code } = cause as { code?: string };
  if (code !== "EACCES" && code !== "EPERM") return `start Docker, or use ${withoutDocker}`;
  return `add this user to the group that owns it (usually docker), or use ${withoutDocker}`;
}

/** The client of an engine, of which nothing has been asked yet. */
async function clientOf({ url, tls, environment }: Endpoint): Promise<Docker> {
  // Whatever is left out, the client would take from the environment.
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined };
  const options: Record<string, unknown> = { ...nothing, key: undefined, protocol: "http" };
  if (url.startsWith("unix:")) options.socketPath = url.slice("unix://".length);
  else if (url.startsWith("ssh:")) options.socketPath = await bridgeTo(url, environment);
  else if (url.startsWith("tcp:")) {
    const { hostname, port } = new URL(url);
    Object.assign(options, { host: hostname, port: port || (tls ? 2376 : 2375) });
    if (tls) {
      const { verifies, ...certificates } = tls;
      const agent = verifies ? {} : { agent: new Agent({ rejectUnauthorized: false }) };
      Object.assign(options, certificates, agent, { protocol: "https" });
    }
  } else throw new NodeError(`Cannot use the Docker engine at ${url}: neither unix, tcp nor ssh`);
  return withoutCertPath(() => new Docker(options));
}

/** The client would read that folder itself, and insist on files that the command does without. */
function withoutCertPath<T>(make: () => T): T {
  const path = Deno.env.get("DOCKER_CERT_PATH");
  Deno.env.delete("DOCKER_CERT_PATH");
  try {
    return make();
  } finally {
    if (path !== undefined) Deno.env.set("DOCKER_CERT_PATH", path);
  }
}

/**
 * Finds the engine and asks it for its version.
 * @throws {NodeError} when there is none, or it is not fit; the reason is in words.
 */
export async function connectEngine(signal: AbortSignal): Promise<Engine> {
  const endpoint = await findEndpoint(signal);
  const { url, environment } = endpoint;
  const client = await clientOf(endpoint);
  let version: string;
  let site: Site;
  using deadline = new Deadline(`engine (${formatDuration(answerMs)})`, answerMs, signal);
  try {
    // Only the command hears why its ssh failed.
    if (url.startsWith("ssh:")) await docker(["version"], deadline.signal, { env: environment });
    version = (await raced(client.version(), deadline.signal)).Version;
    site = await siteOf(endpoint, deadline.signal);
  } catch (cause) {
    signal.throwIfAborted();
    const place = url.replace(/^unix:\/\//, "");
    throw new NodeError(`No Docker engine answers at ${place}: ${whyNot(cause)}`, {
      log: [adviceOn(cause, url)],
      cause,
    });
  }
  return { client, environment, site, version, compose: await composeVersion(signal) };
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

/** Whether the engine has an image. */
export async function hasImage(
  { client }: Engine,
  image: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await raced(client.getImage(image).inspect(), signal);
    return true;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return false;
  }
}

/**
 * Makes sure the engine has an image, pulling it where needed.
 * @throws {NodeError} when it cannot be had.
 */
export async function needImage(engine: Engine, image: string, signal: AbortSignal): Promise<void> {
  if (await hasImage(engine, image, signal)) return;
  using deadline = new Deadline(`pull of ${image} (${formatDuration(pullMs)})`, pullMs, signal);
  try {
    await docker(["pull", "--quiet", image], deadline.signal, { env: engine.environment });
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
