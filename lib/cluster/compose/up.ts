/**
 * `docker compose up` for one cluster.
 *
 * @module
 */
import { basename, join } from "node:path";
import { DeadlineError } from "../../time/deadline.ts";
import { NodeError } from "../model.ts";
import { docker } from "./command.ts";
import type { Workshop } from "./holdings.ts";

/**
 * How long `docker compose up` may go on with a cluster that nobody wants any more, in milliseconds:
 * what it has asked for the engine makes, also for somebody who has left, and maybe after all else
 * was removed.
 */
const graceMs = 30_000;

/**
 * Makes and starts the containers of a cluster, or only makes them for an engine elsewhere.
 * @throws {NodeError} with what the command said. When the signal aborts it throws once the command
 * has ended.
 */
export async function up(
  { stack, engine: { site, environment } }: Workshop,
  options: { project: string; override: string; services: string[] },
  signal: AbortSignal,
): Promise<void> {
  const declared = [join(stack.directory, basename(stack.file)), ...stack.overlays ?? []];
  const files = [...declared, options.override].flatMap((file) => ["-f", file]);
  const words = [
    "compose",
    ...["-p", options.project, "--project-directory", stack.directory, ...files],
    // The stack's other services could reach what is the user's.
    // An engine elsewhere is given the files before it starts anything.
    ...["up", site.isHere ? "-d" : "--no-start"],
    ...["--no-deps", "--no-build", "--quiet-pull", ...options.services],
  ];
  try {
    await docker(words, signal, { env: environment, graceMs });
  } catch (cause) {
    if (!(cause instanceof DeadlineError)) throw cause;
    // It waits for no server: how long it takes says nothing about the stack.
    throw new NodeError(`Docker has not started the containers: ${cause.message}`, { cause });
  }
}
