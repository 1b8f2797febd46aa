/**
 * Files that a hand-written page shows: `<!-- PATH -->` before a block of code.
 *
 * @module
 */
import { projectPath } from "./sample.ts";

const block = /(<!-- (\S+) -->\n+```\w+\n)[^]*?(```)/g;

/** The page with each shown file as it is now, without the line for editors at its top. */
export async function withFiles(page: string): Promise<string> {
  const texts = new Map<string, string>();
  for (const [, , path] of page.matchAll(block)) {
    const text = await Deno.readTextFile(projectPath(path!));
    texts.set(path!, text.replace(/^# yaml-language-server.*\n/, ""));
  }
  return page.replaceAll(block, (_, head, path, tail) => `${head}${texts.get(path)}${tail}`);
}
