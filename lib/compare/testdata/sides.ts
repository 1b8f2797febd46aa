/**
 * The project's own stack twice, the second one edited: what a branch does.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { readStackSource } from "../../stack/read.ts";
import type { Side } from "../side.ts";

/** Files of the stack, by their names, each with what becomes of its text. */
export type Edits = Record<string, (text: string) => string>;

const files = [
  "compose.yaml",
  "fixtures/postgres/postgresql.conf",
  "fixtures/postgres/pg_hba.conf",
  "fixtures/postgres/entrypoint.sh",
  "fixtures/postgres/health.sh",
  "fixtures/pgbouncer/pgbouncer.ini",
];

/** Writes the stack into a folder, edited. */
export async function writeStack(folder: string, edits: Edits = {}): Promise<void> {
  for (const name of files) {
    const to = join(folder, name);
    await Deno.mkdir(dirname(to), { recursive: true });
    const text = await Deno.readTextFile(new URL(`../../../${name}`, import.meta.url));
    const edited = edits[name]?.(text) ?? text;
    if (edits[name] && edited === text) throw new Error(`nothing is edited in ${name}`);
    await Deno.writeTextFile(to, edited);
  }
}

/** The stack as it is, and edited, for the time of a test. */
export async function withSides(
  edits: Edits,
  use: (base: Side, head: Side) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const side = async (which: Side["which"]): Promise<Side> => {
      await writeStack(join(folder, which), which === "head" ? edits : {});
      const source = await readStackSource(join(folder, which, "compose.yaml"), {
        environment: {},
      });
      return { which, ...source, prefix: "" };
    };
    await use(await side("base"), await side("head"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
