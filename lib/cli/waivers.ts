/**
 * Controls and scenarios whose failing somebody has accepted: for a time, by `--waivers FILE`; by the
 * stack itself, in its compose file.
 *
 * @module
 */
import { basename } from "node:path";
import { ControlsError, readWaivers, shippedCatalogues } from "../report/controls/read.ts";
import type { Waiver } from "../result/event.ts";
import { namesFile, unending } from "../result/waive.ts";
import { UsageError } from "./usage.ts";

/** What a run is about: waivers are for this, or for what ships. */
export interface Waivable {
  file: string;
  controls: readonly string[];
}

/**
 * Reads waivers.
 * @throws {UsageError} when the file cannot be used, or names what does not exist: a waiver of
 * nothing is a mistake that somebody believes in.
 */
export async function waiversFrom(path: string, cases: readonly Waivable[]): Promise<Waiver[]> {
  return await checked(await read(path), { path, cases });
}

/**
 * What the stack says of itself: a failing that it declares is told, and does not fail the run.
 * @throws {UsageError} when it names what does not exist.
 */
export async function acceptedBy(
  { file, accepted = {} }: { file: string; accepted?: Record<string, string> },
  cases: readonly Waivable[],
): Promise<Waiver[]> {
  const waivers = Object.entries(accepted).map(([control, reason]) => ({
    control,
    reason,
    owner: basename(file),
    expires: unending,
  }));
  return await checked(waivers, { path: file, cases });
}

async function checked(
  waivers: Waiver[],
  { path, cases }: { path: string; cases: readonly Waivable[] },
): Promise<Waiver[]> {
  const known = new Set([
    ...shippedCatalogues().flatMap(({ id, controls }) =>
      controls.map((each) => `${id}:${each.id}`)
    ),
    ...cases.flatMap(({ controls }) => controls),
  ]);
  for (const { control } of waivers) {
    if (known.has(control) || cases.some(({ file }) => namesFile(control, file))) continue;
    if (await isScenario(control)) continue;
    throw new UsageError(`cannot use ${path}: there is no ${control}`);
  }
  return waivers;
}

async function read(path: string): Promise<Waiver[]> {
  try {
    return readWaivers(await Deno.readTextFile(path), path);
  } catch (error) {
    if (error instanceof ControlsError) throw new UsageError(error.message);
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/** One that this run has not selected. */
async function isScenario(control: string): Promise<boolean> {
  const [, path] = /^scenario:(.+)$/.exec(control) ?? [];
  if (path === undefined) return false;
  return await Deno.stat(`scenarios/${path}.yaml`).then(({ isFile }) => isFile, () => false);
}
