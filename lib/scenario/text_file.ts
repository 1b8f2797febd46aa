/**
 * Text of a scenario file, or why it cannot be had.
 *
 * @module
 */

/** Bytes of a file that is read at all; what is left is refused with a place by the reader. */
const bytesMax = 1024 * 1024;

/** The text, or the reason in a few words. */
export type FileText = { text: string } | { problem: string };

/** Reads a file. Only plain files: a pipe or a device might never end. */
export function readTextFile(path: string): FileText {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) return { problem: "it is not a file" };
    if (size > bytesMax) return { problem: "the file is larger than 256kB" };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { problem: "the file is not text in UTF-8" };
    if (error instanceof Deno.errors.NotFound) return { problem: "there is no such file" };
    return { problem: `the file cannot be read: ${(error as Error).message}` };
  }
}
