/**
 * `stop`: fast shutdown: sessions are ended, a checkpoint is written, a primary sends its WAL to the
 * connected replicas first. Healing starts it.
 * Source: https://www.postgresql.org/docs/current/server-shutdown.html
 *
 * @module
 */
import { defineFault } from "./kind.ts";
import { bringBack, mustRun, proveDown } from "./proof.ts";

/** The fault. */
export const stop = defineFault({
  name: "stop",
  summary: "Fast shutdown, clean, for as long as the fault lasts",
  words: {},
  requires: [],
  silences: true,
  async inject(_scene, node, _words, signal) {
    await mustRun(node, "stop");
    await node.stop("fast", signal);
    const proof = await proveDown(node, signal);
    return { proof, heal: (limit) => bringBack(node, limit) };
  },
});
