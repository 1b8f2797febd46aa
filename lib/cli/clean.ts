/**
 * `clean`: removes what a run left that was killed before it could undo.
 *
 * @module
 */
import { cleanComposeLeftovers } from "../cluster/compose/clean.ts";
import { cleanLeftovers } from "../cluster/local/clean.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";

/** Cleans and says what was removed. */
export async function clean(io: Io): Promise<number> {
  const removed = [...await cleanLeftovers(), ...await cleanComposeLeftovers()];
  for (const what of removed) io.out(`${what}\n`);
  if (removed.length === 0) io.out("nothing was left behind\n");
  return exitCodes.passed;
}
