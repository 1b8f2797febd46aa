/**
 * `lose_data`: the server is killed and its data directory emptied. Healing starts the node: what
 * follows is the stack's own business (a replica clones its upstream, as its entrypoint does).
 *
 * @module
 */
import { defineFault } from "./kind.ts";
import { bringBack, mustRun, proveDown } from "./proof.ts";

/** The fault. */
export const lose_data = defineFault({
  name: "lose_data",
  summary: "Kills the server and empties its data directory",
  words: {},
  requires: [],
  silences: true,
  async inject(_scene, node, _words, signal) {
    await mustRun(node, "lose_data");
    await node.kill(signal);
    await node.emptyData(signal);
    const down = await proveDown(node, signal);
    return {
      proof: `${down}; its data directory is empty`,
      heal: (limit) => bringBack(node, limit),
    };
  },
});
