/**
 * `pause`: freezes every process of the server (SIGSTOP). Connections stay open, nothing answers.
 * Freezing is not partitioning: bytes already in socket buffers still arrive when it ends.
 *
 * @module
 */
import { defineFault, FaultError } from "./kind.ts";
import { lastRefusal, mustRun, refusal } from "./proof.ts";

/** The fault. */
export const pause = defineFault({
  name: "pause",
  summary: "Freezes every process of the server; connections stay open, nothing answers",
  words: {},
  requires: [],
  silences: true,
  async inject(_scene, node, _words, signal) {
    await mustRun(node, "pause");
    await node.pause(signal);
    const refused = await refusal(node, signal);
    if (refused === undefined) {
      await node.resume(signal);
      throw new FaultError(`${node.name} was frozen, but it answers`);
    }
    return {
      proof: `${node.name} is frozen: a new connection gets no answer (${refused})`,
      async heal(limit) {
        if (await node.state() === "paused") await node.resume(limit);
        if (await node.state() === "stopped") return `${node.name} was stopped meanwhile`;
        const still = await lastRefusal(node, limit);
        if (still !== undefined) {
          throw new FaultError(`${node.name} was thawed, but connections end with ${still}`);
        }
        return `${node.name} runs again`;
      },
    };
  },
});
