/**
 * Commands that a run has left behind when it was killed: they go on, and what they ask for is made.
 *
 * @module
 */
import { sleep } from "../../time/sleep.ts";

/** How often to look, in milliseconds. */
const lookMs = 100;

/** Command lines of all processes, their words parted by spaces. */
async function commandLines(): Promise<string[]> {
  if (Deno.build.os !== "linux") {
    const { stdout } = await new Deno.Command("ps", { args: ["-axwwo", "args="] }).output();
    return new TextDecoder().decode(stdout).split("\n");
  }
  const lines: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // Those of others may not be read, and some have ended since.
    const words = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    lines.push(words.replaceAll("\0", " "));
  }
  return lines;
}

/**
 * Waits until no `docker compose` works on the projects any more.
 * @throws the signal's reason when it aborts first.
 */
export async function composeEnded(
  projects: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const words = [...projects].map((project) => ` compose -p ${project} `);
  if (words.length === 0) return;
  while ((await commandLines()).some((line) => words.some((word) => line.includes(word)))) {
    await sleep(lookMs, signal);
  }
}
