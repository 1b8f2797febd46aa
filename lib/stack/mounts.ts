/**
 * Mounts of a container, in both forms of Compose.
 * Source: https://docs.docker.com/reference/compose-file/services/#volumes
 *
 * @module
 */
import { posix, resolve } from "node:path";
import { homedir } from "node:os";
import type { Mount } from "./model.ts";

/** A mount that means nothing. */
export class MountError extends Error {
  override name = "MountError";
}

/** The long form. */
export interface LongVolume {
  type: string;
  source?: string | undefined;
  target: string;
  read_only?: boolean | undefined;
}

/**
 * One entry of `volumes:`; relative host paths start at `base`. Undefined for a type that brings no
 * files of the host, such as `npipe`.
 * @throws {MountError}
 */
export function parseVolume(volume: string | LongVolume, base: string): Mount | undefined {
  return typeof volume === "string" ? shortForm(volume, base) : longForm(volume, base);
}

function longForm(volume: LongVolume, base: string): Mount | undefined {
  const { type, source } = volume;
  const target = absolute(volume.target);
  const readOnly = volume.read_only ?? false;
  if (type === "tmpfs") return { type, target, readOnly };
  if (type === "volume") return { type, ...(source ? { source } : {}), target, readOnly };
  if (type !== "bind") return undefined;
  if (!source) throw new MountError(`the bind mount onto ${target} has no source`);
  return { type, source: hostPath(source, base), target, readOnly };
}

function shortForm(text: string, base: string): Mount {
  const parts = text.split(":");
  if (parts.length > 3 || parts.includes("")) {
    throw new MountError(`"${text}" is no mount; write "SOURCE:TARGET" or "SOURCE:TARGET:ro"`);
  }
  if (parts.length === 1) return { type: "volume", target: absolute(text), readOnly: false };
  const [source = "", path = "", mode = ""] = parts;
  const target = absolute(path);
  const readOnly = mode.split(",").includes("ro");
  // A path begins with a dot, a slash or a tilde; all else is the name of a volume.
  if (/^[./~]/.test(source)) {
    return { type: "bind", source: hostPath(source, base), target, readOnly };
  }
  return { type: "volume", source, target, readOnly };
}

/** One entry of `tmpfs:`, with or without options. */
export function parseTmpfs(text: string): Mount {
  const [path = "", options = ""] = text.split(":");
  return { type: "tmpfs", target: absolute(path), readOnly: options.split(",").includes("ro") };
}

/** Of several mounts with one target the last counts, in the place of the first. */
export function uniqueMounts(mounts: readonly Mount[]): Mount[] {
  return [...new Map(mounts.map((mount) => [mount.target, mount])).values()];
}

function absolute(path: string): string {
  if (!path.startsWith("/")) throw new MountError(`"${path}" is no absolute path in the container`);
  return posix.resolve(path);
}

function hostPath(source: string, base: string): string {
  return resolve(base, source.replace(/^~(?=\/|$)/, homedir));
}
