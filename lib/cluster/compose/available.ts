/**
 * Whether clusters can run in Docker here: for `--target auto`, `doctor` and tests.
 *
 * @module
 */
import type { Stack } from "../../stack/model.ts";
import { Deadline } from "../../time/deadline.ts";
import { connectEngine, needImage } from "./engine.ts";

/** How long a missing image may take to arrive, in milliseconds. */
const pullMs = 60_000;

/** The images a stack needs: the given one for every node, or what the stack names. */
export function imagesOf(stack: Stack | undefined, image: string | undefined): string[] {
  if (image) return [image];
  const named = stack?.nodes.map((node) => node.image) ?? [];
  return named.length > 0 ? [...new Set(named)] : [Deno.env.get("POSTGRES_IMAGE") || "postgres:18"];
}

/**
 * Undefined when an engine answers, its compose plugin is new enough and the image is there or can be
 * pulled within a minute; else the reason, in words.
 */
export async function composeAvailable(
  options: { stack?: Stack; image?: string; signal?: AbortSignal } = {},
): Promise<string | undefined> {
  using deadline = new Deadline("look for Docker", pullMs, options.signal);
  try {
    const engine = await connectEngine(deadline.signal);
    for (const image of imagesOf(options.stack, options.image)) {
      await needImage(engine, image, deadline.signal);
    }
    return undefined;
  } catch (error) {
    options.signal?.throwIfAborted();
    return (error as Error).message;
  }
}
