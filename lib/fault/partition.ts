/**
 * `partition`: nothing passes between a replica and its upstream, both ways or one way; both go on
 * answering their clients. Connections stay open until somebody's patience ends, new ones hang. What
 * was on its way when an end of it died is lost, as it is in a real network.
 *
 * @module
 */
import { direction, directionsOf } from "../link/between.ts";
import { incarnation, level, proveCut } from "../link/proof.ts";
import { defineLinkFault, disturb } from "./link_fault.ts";

/** The fault. */
export const partition = defineLinkFault({
  name: "partition",
  summary: "Nothing passes between a replica and its upstream; both go on answering clients",
  words: { direction },
  async inject(scene, link, words, signal, together) {
    const which = directionsOf(words.direction);
    const { relay, upstream } = link;
    const before = await incarnation(scene, upstream, signal);
    // Several links are cut at one moment, with the same WAL below each: that of the harness's own
    // looks would else make replicas differ.
    await together?.();
    await level(scene, link, signal);
    await together?.();
    const how = { which, disturbance: { isHeld: true } };
    const cut = await disturb(scene, link, how, () => proveCut(scene, link, { which, signal }));
    return {
      ...cut,
      async heal(limit) {
        // Else a dead server's last words would arrive after all.
        if (before !== await incarnation(scene, upstream, limit)) relay.reset();
        return await cut.heal(limit);
      },
    };
  },
});
