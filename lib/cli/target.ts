/**
 * Chooses and opens the target.
 *
 * @module
 */
import { composeAvailable } from "../cluster/compose/available.ts";
import { openComposeTarget } from "../cluster/compose/target.ts";
import { openLocalTarget } from "../cluster/local/target.ts";
import type { Target } from "../cluster/model.ts";
import { limits } from "../run/limits.ts";
import type { Stack } from "../stack/model.ts";
import { UsageError } from "./usage.ts";

/** What `--target` takes. */
export const targetNames = ["auto", "local", "compose"] as const;

/** One of them. */
export type TargetName = typeof targetNames[number];

/** A target, and why it was taken. */
export interface Chosen {
  target: Target;
  why: string;
}

/** What PostgreSQL the local target takes when nobody says. */
export const postgresDefault = "18";

/** What opening a target needs to know. */
export interface OpenOptions {
  name: TargetName;
  /** Local: 14 to 18, or a bin folder. Compose: the tag of the official image. */
  postgres?: string | undefined;
  /** How many clusters to prepare ahead, which may depend on where. */
  ahead: number | ((target: Target["name"]) => number);
  /** Multiplies how long one of those may take. Default: 1. */
  timeScale?: number;
  /** Clusters in Docker outlive this process. */
  keep?: boolean;
  signal: AbortSignal;
}

/**
 * Opens the target that was asked for; `auto` takes Docker where it can be had, else this machine.
 * @throws {NodeError} when it cannot be had; {@link UsageError} when the words make no sense.
 */
export async function openTarget(stack: Stack, options: OpenOptions): Promise<Chosen> {
  const { name, postgres, timeScale = 1, keep = false, signal } = options;
  const ahead = (target: Target["name"]) =>
    typeof options.ahead === "number" ? options.ahead : options.ahead(target);
  const image = postgres === undefined ? undefined : dockerTag(postgres);
  const createMs = limits.clusterMs * timeScale;
  const given = image === undefined ? {} : { image };
  const compose = () =>
    openComposeTarget(stack, { signal, ahead: ahead("compose"), createMs, keep, ...given });
  const local = () =>
    openLocalTarget(stack, {
      ...{ signal, ahead: ahead("local") },
      postgres: postgres ?? postgresDefault,
    });
  if (name === "local") return { target: await local(), why: "asked for" };
  if (name === "compose") {
    if (postgres !== undefined && image === undefined) {
      throw new UsageError(`--postgres ${postgres} is a folder: the compose target takes a tag`);
    }
    return { target: await compose(), why: "asked for" };
  }
  if (postgres !== undefined && image === undefined) {
    return { target: await local(), why: "a folder with PostgreSQL's binaries is given" };
  }
  const reason = await composeAvailable({ stack, signal, ...(image ? { image } : {}) });
  if (reason !== undefined) return { target: await local(), why: `no Docker: ${reason}` };
  return { target: await compose(), why: "a Docker engine answers" };
}

/** The official image of a version; undefined for a folder. */
export function dockerTag(postgres: string): string | undefined {
  return postgres.includes("/") ? undefined : `postgres:${postgres}`;
}
