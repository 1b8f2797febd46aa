/**
 * Reads catalogues of controls, and waivers.
 *
 * @module
 */
import { parse } from "yaml";
import { z } from "zod";
import type { Waiver } from "../../result/event.ts";
import type { Catalogue } from "./model.ts";

const word = z.string().min(1);

const catalogueShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: word,
  version: word,
  note: word.optional(),
  controls: z.array(z.strictObject({
    id: word,
    title: word,
    needs: z.array(z.string().regex(/^[a-z0-9-]+:.+$/)).default([]),
    nist: z.array(word).default([]),
    note: word.optional(),
  })).min(1),
});

const waiversShape = z.array(z.strictObject({
  control: z.string().regex(/^[a-z0-9-]+:.+$/),
  reason: word,
  owner: word,
  expires: z.iso.date(),
}));

/** A file of controls or of waivers is not as it should be. */
export class ControlsError extends Error {
  override name = "ControlsError";
}

/**
 * Reads the text of a catalogue.
 * @throws {ControlsError}
 */
export function readCatalogue(text: string, path: string): Catalogue {
  const catalogue = shaped(catalogueShape, text, path);
  const ids = catalogue.controls.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new ControlsError(`Cannot use ${path}: ${twice} is there twice`);
  return catalogue as Catalogue;
}

/**
 * Reads the text of a file of waivers: a list of `control`, `reason`, `owner`, `expires`.
 * @throws {ControlsError}
 */
export function readWaivers(text: string, path: string): Waiver[] {
  return shaped(waiversShape, text, path);
}

function shaped<T extends z.ZodType>(shape: T, text: string, path: string): z.output<T> {
  let data: unknown;
  try {
    data = parse(text, { schema: "core" });
  } catch (error) {
    throw new ControlsError(`Cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  const read = shape.safeParse(data);
  if (read.success) return read.data;
  throw new ControlsError(`Cannot use ${path}: ${z.prettifyError(read.error)}`);
}

const folder = new URL("../../../fixtures/controls/", import.meta.url);
let shipped: readonly Catalogue[] | undefined;

/** The catalogues that come with the harness: the stack's claims first, then by name. */
export function shippedCatalogues(): readonly Catalogue[] {
  return shipped ??= [...Deno.readDirSync(folder)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".yaml"))
    .sort((a, b) => Number(b === "claims.yaml") - Number(a === "claims.yaml") || (a < b ? -1 : 1))
    .map((name) => readCatalogue(Deno.readTextFileSync(new URL(name, folder)), name));
}
