/**
 * Stacks for tests, written into a folder that goes away again.
 *
 * @module
 */
import { dirname, join } from "node:path";

/** Writes the files, by path, and hands their folder to `use`. */
export async function withFolder<T>(
  files: Record<string, string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "stack" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
