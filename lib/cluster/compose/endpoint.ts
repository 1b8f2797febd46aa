/**
 * Where the engine is: found as the `docker` command finds it, so that both speak to the same one.
 * Source: cli/command/cli.go and cli/flags/options.go of github.com/docker/cli.
 *
 * @module
 */
import { homedir } from "node:os";
import { join } from "node:path";
import { NodeError } from "../model.ts";
import { docker } from "./command.ts";

/** Certificates for an engine behind TLS, as PEM. */
export interface Tls {
  ca?: string;
  cert?: string;
  key?: string;
  /** Whether the engine must show a certificate of `ca`. */
  verifies: boolean;
}

/** An engine's address. */
export interface Endpoint {
  /** `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`, `ssh://me@build`. */
  url: string;
  /** For `docker`: makes it stay with this engine, whichever context is chosen meanwhile. */
  environment: Record<string, string>;
  /** Absent: no TLS. */
  tls?: Tls;
}

interface Context {
  Name: string;
  Endpoints: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
  TLSMaterial?: Record<string, string[]> | null;
  Storage?: { TLSPath?: string };
}

/** The names that the command gives to certificates. */
const files = { ca: "ca.pem", cert: "cert.pem", key: "key.pem" } as const;

/**
 * The engine's address.
 * @throws {NodeError} when there is no `docker` command, it knows none, or a certificate is missing.
 */
export async function findEndpoint(signal: AbortSignal): Promise<Endpoint> {
  const host = Deno.env.get("DOCKER_HOST");
  // What the command would say, without the time to ask it.
  if (host?.startsWith("unix://") && host.length > 7) return { url: host, environment: {} };
  const [context] = JSON.parse(await docker(["context", "inspect"], signal)) as Context[];
  const { Host: url, SkipTLSVerify: isLax } = context?.Endpoints.docker ?? {};
  if (!context || !url) {
    throw new NodeError(`Cannot find a Docker engine: the context ${context?.Name} names none`);
  }
  // DOCKER_HOST is stronger than any context.
  const environment: Record<string, string> = host === undefined
    ? { DOCKER_CONTEXT: context.Name }
    : {};
  const folder = context.Storage?.TLSPath;
  const tls = context.Name === "default"
    ? await declaredTls()
    : context.TLSMaterial?.docker && folder !== undefined
    ? { ...await readTls(join(folder, "docker"), false), verifies: !isLax }
    : isLax
    ? { verifies: false }
    : undefined;
  return { url, environment, ...(tls && /^tcp:/.test(url) ? { tls } : {}) };
}

/** What the environment says for the engine that no context describes. */
async function declaredTls(): Promise<Tls | undefined> {
  const verifies = Boolean(Deno.env.get("DOCKER_TLS_VERIFY"));
  if (!verifies && !Deno.env.get("DOCKER_TLS")) return undefined;
  const folder = Deno.env.get("DOCKER_CERT_PATH") || Deno.env.get("DOCKER_CONFIG") ||
    join(homedir(), ".docker");
  return { ...await readTls(folder, verifies), verifies };
}

async function readTls(folder: string, needsCa: boolean): Promise<Omit<Tls, "verifies">> {
  const found: Omit<Tls, "verifies"> = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const path = join(folder, files[name]);
    try {
      found[name] = await Deno.readTextFile(path);
    } catch (cause) {
      // An engine may want no certificate of its client's.
      if (cause instanceof Deno.errors.NotFound && !(name === "ca" && needsCa)) continue;
      throw new NodeError(`Cannot read ${path}: ${(cause as Error).message}`, {
        log: ["DOCKER_TLS_VERIFY wants ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH"],
        cause,
      });
    }
  }
  return found;
}
