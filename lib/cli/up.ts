/**
 * `up`: a cluster for hands-on use. In Docker it stays until `down`; on this machine until Ctrl-C.
 *
 * @module
 */
import { resolve } from "node:path";
import { connectEngine } from "../cluster/compose/engine.ts";
import { findKept } from "../cluster/compose/kept.ts";
import type { Target } from "../cluster/model.ts";
import { exitCodes } from "../result/exit.ts";
import { limits } from "../run/limits.ts";
import type { Stack } from "../stack/model.ts";
import { readStack } from "../stack/read.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { psqlLine } from "../run/keep.ts";
import { openTarget, type TargetName } from "./target.ts";

/** The options of `up`. */
export interface UpOptions {
  stack: string;
  /** Compose files laid over it, in order. */
  overlay?: string[] | undefined;
  target: TargetName;
  postgres?: string | undefined;
}

const noChange = { settings: {}, nodeSettings: {} };

/** Brings the stack up and says how to reach it and how to be rid of it. */
export async function up(options: UpOptions, io: Io): Promise<number> {
  const stack = await readStack(options.stack, { overlays: options.overlay });
  io.hide(stack.secrets);
  using interrupt = new Interrupt((text) => io.err(text));
  const { signal } = interrupt;
  if (options.target !== "local") {
    const known = await alreadyUp(stack, signal);
    if (known) {
      io.out(`${known}\nit is up already; remove it: ${downCommand(options)}\n`);
      return exitCodes.passed;
    }
  }
  const { name, postgres } = { name: options.target, postgres: options.postgres };
  const opened = await openTarget(stack, { name, postgres, ahead: 0, signal, keep: true })
    .catch((error) => {
      if (signal.aborted) return undefined;
      throw error;
    });
  if (!opened) return exitCodes.interrupted;
  const { target, why } = opened;
  try {
    io.out(`${target.name}: ${target.description} (${why})\n`);
    return await bringUp(target, { options, signal, io });
  } finally {
    await target.close();
  }
}

async function bringUp(
  target: Target,
  { options, signal, io }: { options: UpOptions; signal: AbortSignal; io: Io },
): Promise<number> {
  const ms = limits.clusterMs;
  using deadline = new Deadline(`cluster (${formatDuration(ms)})`, ms, signal);
  const cluster = await target.create({ change: noChange, signal: deadline.signal })
    .catch((error) => {
      if (signal.aborted) return undefined;
      throw error;
    });
  if (!cluster) return exitCodes.interrupted;
  io.out(`${connections(cluster.nodes.map((node) => [node.name, psqlLine(node)]))}\n`);
  if (target.name === "compose") {
    io.out(`remove it, with its data: ${downCommand(options)}\n`);
    return exitCodes.passed;
  }
  io.out("remove it, with its data: Ctrl-C\n");
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  } finally {
    await cluster.remove();
  }
  return exitCodes.passed;
}

/** The connections of what an earlier `up` of this stack has left running. */
async function alreadyUp(stack: Stack, signal: AbortSignal): Promise<string | undefined> {
  const engine = await connectEngine(signal).catch(() => undefined);
  signal.throwIfAborted();
  if (!engine) return undefined;
  const kept = await findKept(engine.client, resolve(stack.file));
  const running = kept.find(({ nodes }) => nodes.length === stack.nodes.length);
  if (!running) return undefined;
  const lines = stack.nodes.map((declared): [string, string] => {
    const { port } = running.nodes.find(({ name }) => name === declared.name)!;
    return [declared.name, psqlLine({ declared, address: { host: engine.site.host, port } })];
  });
  return connections(lines);
}

function connections(lines: readonly [name: string, command: string][]): string {
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return lines.map(([name, command]) => `${name.padEnd(width)}  ${command}`).join("\n");
}

function downCommand({ stack }: UpOptions): string {
  const file = stack === "compose.yaml" ? "" : ` --stack ${stack}`;
  return `deno run -A main.ts down${file}`;
}
