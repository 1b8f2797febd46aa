/**
 * `kill`: SIGKILL of the whole server, the postmaster and all its children; recovery follows when it
 * starts again. Healing starts it.
 *
 * @module
 */
import { defineFault } from "./kind.ts";
import { bringBack, mustRun, proveDown } from "./proof.ts";

/** The fault. */
export const kill = defineFault({
  name: "kill",
  summary: "SIGKILL of every process of the server",
  words: {},
  requires: [],
  silences: true,
  async inject(_scene, node, _words, signal) {
    await mustRun(node, "kill");
    await node.kill(signal);
    const proof = await proveDown(node, signal);
    return { proof, heal: (limit) => bringBack(node, limit) };
  },
});
