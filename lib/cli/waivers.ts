/**
 * `--waivers FILE`: controls and scenarios whose failing somebody has accepted for a time.
 *
 * @module
 */
import { ControlsError, readWaivers, shippedCatalogues } from "../report/controls/read.ts";
import type { Waiver } from "../result/event.ts";
import { namesFile } from "../result/waive.ts";
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
  const waivers = await read(path);
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
