/**
 * Chooses and opens the target.
 *
 * @module
 */
import { openLocalTarget } from "../cluster/local/target.ts";
import type { Target } from "../cluster/model.ts";
import type { Stack } from "../stack/model.ts";

/** What `--target` takes. */
export const targetNames = ["auto", "local"] as const;

/** One of them. */
export type TargetName = typeof targetNames[number];

/** A target, and why it was taken. */
export interface Chosen {
  target: Target;
  why: string;
}

/**
 * Opens the target that was asked for.
 * @throws {NodeError} when it cannot be had.
 */
export async function openTarget(stack: Stack, options: {
  name: TargetName;
  postgres: string;
  /** How many clusters to prepare ahead. */
  ahead: number;
  signal: AbortSignal;
}): Promise<Chosen> {
  const { name, postgres, ahead, signal } = options;
  const target = await openLocalTarget(stack, { postgres, ahead, signal });
  return { target, why: name === "auto" ? "it needs nothing but this machine" : "asked for" };
}
