/**
 * `partition`: nothing passes between a replica and its upstream, both ways or one way; both go on
 * answering their clients. Connections stay open until somebody's patience ends, new ones hang. What
 * was on its way when an end of it died is lost, as it is in a real network.
 *
 * @module
 */
import { between, direction, directionsOf, replicasOf } from "../link/between.ts";
import { enter } from "../link/enter.ts";
import { incarnation, level, mustFlow, proveCut, proveFlows } from "../link/proof.ts";
import { defineFault } from "./kind.ts";

/** The fault. */
export const partition = defineFault({
  name: "partition",
  summary: "Nothing passes between a replica and its upstream; both go on answering clients",
  words: { between, direction },
  requires: ["links"],
  silences: false,
  find: (scene, { node, words }, signal) =>
    replicasOf(scene, { between: words.between, node }, signal),
  async inject(scene, node, words, signal, together) {
    const which = directionsOf(words.direction);
    const link = await enter(scene, node, signal);
    const { relay, upstream } = link;
    await mustFlow(scene, link, signal);
    const before = await incarnation(scene, upstream, signal);
    // Several links are cut at one moment, with the same WAL below each: that of the harness's own
    // looks would else make replicas differ.
    await together?.();
    await level(scene, link, signal);
    await together?.();
    const end = relay.disturb(which, { isHeld: true });
    try {
      const proof = await proveCut(scene, link, { which, signal });
      return {
        proof,
        async heal(limit) {
          // Else a dead server's last words would arrive after all.
          if (before !== await incarnation(scene, upstream, limit)) relay.reset();
          end();
          return await proveFlows(scene, link, limit);
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  },
});
