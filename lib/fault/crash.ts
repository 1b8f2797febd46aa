/**
 * `crash`: immediate shutdown: the server exits without a checkpoint, recovery follows when it starts
 * again. Healing starts it.
 * Source: https://www.postgresql.org/docs/current/server-shutdown.html
 *
 * @module
 */
import { defineFault } from "./kind.ts";
import { bringBack, mustRun, proveDown } from "./proof.ts";

/** The fault. */
export const crash = defineFault({
  name: "crash",
  summary: "Immediate shutdown; crash recovery follows at the next start",
  words: {},
  requires: [],
  silences: true,
  async inject(_scene, node, _words, signal) {
    await mustRun(node, "crash");
    await node.stop("immediate", signal);
    const proof = await proveDown(node, signal);
    return { proof, heal: (limit) => bringBack(node, limit) };
  },
});
