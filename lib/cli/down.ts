/**
 * `down`: removes what `up` has made in Docker of a stack file, data included, and nothing else.
 *
 * @module
 */
import { resolve } from "node:path";
import { connectEngine } from "../cluster/compose/engine.ts";
import { findKept, removeKept } from "../cluster/compose/kept.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";

/** The options of `down`. */
export interface DownOptions {
  stack: string;
}

/** How long it may take to find the engine, in milliseconds. */
const findMs = 60_000;

/** Removes and says what was removed. */
export async function down({ stack }: DownOptions, io: Io): Promise<number> {
  const { client } = await connectEngine(AbortSignal.timeout(findMs));
  const kept = await findKept(client, resolve(stack));
  for (const one of kept) {
    for (const what of await removeKept(client, one)) io.out(`${what}\n`);
  }
  if (kept.length === 0) io.out(`nothing of ${stack} is up\n`);
  return exitCodes.passed;
}
