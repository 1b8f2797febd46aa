/**
 * Text of a scenario file, or why it cannot be had.
 *
 * @module
 */

/** Bytes of a file that is read at all; what is left is refused with a place by the reader. */
const bytesMax = 1024 * 1024;

/** The text, or the reason in a few words; with a place and the text around it where there is one. */
export type FileText =
  | { text: string }
  | { problem: string; hint?: string; at?: { line: number; column: number }; around?: string };

/** Reads a file. Only plain files: a pipe or a device might never end. */
export function readTextFile(path: string): FileText {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) return { problem: "it is not a file" };
    if (size > bytesMax) return { problem: "the file is larger than 256kB" };
    return decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { problem: "there is no such file" };
    return { problem: `the file cannot be read: ${(error as Error).message}` };
  }
}

function decode(bytes: Uint8Array): FileText {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return {
      problem: "the file is not text in UTF-8: this is no letter",
      hint: "save the file as UTF-8",
      at: firstWrong(bytes),
      around: new TextDecoder().decode(bytes),
    };
  }
}

/** Where the first bytes stand that are no letter. A line end is never part of one. */
function firstWrong(bytes: Uint8Array): { line: number; column: number } {
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0A, start);
    const part = bytes.subarray(start, end < 0 ? bytes.length : end);
    // What is no letter is decoded as U+FFFD.
    const column = new TextDecoder().decode(part).indexOf("\uFFFD") + 1;
    if (column > 0) return { line, column };
    start += part.length + 1;
  }
  return { line: 1, column: 1 };
}
