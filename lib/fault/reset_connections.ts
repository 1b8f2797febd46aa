/**
 * `reset_connections`: the connections between a replica and its upstream are torn, once. Both ends
 * get an RST where the harness's machine can send one (Linux), else a FIN; the proof says which. New
 * connections are not hindered.
 *
 * @module
 */
import { followed } from "../link/followed.ts";
import { until } from "../link/look.ts";
import { proveFlows } from "../link/proof.ts";
import { FaultError } from "./kind.ts";
import { defineLinkFault } from "./link_fault.ts";

/** The fault. */
export const reset_connections = defineLinkFault({
  name: "reset_connections",
  summary: "Tears the connections between a replica and its upstream, once",
  words: {},
  async inject(scene, link, _words, signal) {
    const { replica, upstream, relay } = link;
    const { pid } = await followed(scene, replica, signal);
    const ending = relay.reset();
    if (!ending) throw new FaultError(`no connection of ${replica.name} goes through the relay`);
    const what = `the WAL receiver of ${replica.name} should lose its connection`;
    await until(what, signal, async () => {
      const now = await followed(scene, replica, signal);
      return now.pid === pid ? { seen: `receiver ${pid} is ${now.status}` } : { done: undefined };
    });
    return {
      proof: `WAL receiver ${pid} of ${replica.name} lost its connection to ${upstream.name} ` +
        `by ${ending}`,
      heal: (limit) => proveFlows(scene, link, limit),
    };
  },
});
